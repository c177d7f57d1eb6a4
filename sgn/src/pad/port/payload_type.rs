//! The type of a pad's payload, as a value.

use std::any::{TypeId, type_name};

use crate::pad::signature::Payload;

/// The payload type of a pad, for links by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PayloadType {
    pub(crate) id: TypeId,
    pub(crate) name: &'static str,
}

impl PayloadType {
    pub(super) fn of<T: Payload>() -> Self {
        Self {
            id: TypeId::of::<T>(),
            name: type_name::<T>(),
        }
    }
}
