//! What a port is called, and who pays for what is allocated on its behalf.

use super::unwound::Unwound;
use crate::BoxError;
use crate::error::Callback;
use crate::memory::{self, OwnerId};
use crate::pad::failure::{Failure, FailureCause};
use crate::pad::name::Direction;

/// The name of a port and the owner of what is allocated on its behalf.
#[derive(Debug)]
pub struct PortName {
    pub(crate) short: String,
    pub(crate) full: String,
    pub(crate) owner: OwnerId,
    pub(crate) unwound: Unwound,
}

impl PortName {
    pub(super) fn new(short: &str) -> Self {
        Self {
            short: short.to_owned(),
            full: String::new(),
            owner: OwnerId::RUNTIME,
            unwound: Unwound::default(),
        }
    }

    /// Makes the full name and registers the owner of what is allocated on behalf of the port.
    pub(super) fn join(&mut self, element: &str, direction: Direction) -> OwnerId {
        self.full = direction.full_name(element, &self.short);
        self.owner = memory::register(&self.full);
        self.owner
    }

    #[cold]
    pub(super) fn fails(&self, callback: Callback, cause: FailureCause) -> Failure {
        Failure::new(&self.full, callback, cause)
    }

    /// The failure that `error` means when it happens while this pad takes a frame.
    #[cold]
    pub fn failed(&self, error: BoxError) -> Failure {
        self.returned(Callback::Pull, error)
    }

    #[cold]
    pub(super) fn returned(&self, callback: Callback, error: BoxError) -> Failure {
        self.fails(callback, FailureCause::Returned(error))
    }

    #[cold]
    pub(super) fn no_frame(&self, callback: Callback) -> Failure {
        self.fails(callback, FailureCause::NoFrame)
    }

    /// Like [`join`](Self::join) for the internal pad, whose owner was registered when the element was built.
    pub(super) fn adopt(&mut self, element: &str, owner: Option<OwnerId>) -> OwnerId {
        self.full = Direction::Internal.full_name(element, &self.short);
        self.owner = owner.unwrap_or_else(|| memory::register(&self.full));
        self.owner
    }
}

impl Drop for PortName {
    /// A later pad of the same name may take the owner over, so that building pipelines for ever does not leak.
    fn drop(&mut self) {
        memory::release(self.owner);
    }
}
