//! The frame of the loops written by hand.

use std::collections::BTreeMap;
use std::sync::Arc;

/// What a frame has to carry, as one would write it down at first: 40 bytes around a `u64`.
#[expect(dead_code, reason = "frames are moved here and never looked into")]
#[expect(clippy::box_collection, reason = "one word, as in `sgn::Metadata`")]
pub(crate) struct ByHand<T> {
    pub(crate) data: Option<T>,
    pub(crate) spec: Option<Arc<String>>,
    pub(crate) metadata: Option<Box<BTreeMap<String, String>>>,
    pub(crate) eos: bool,
    pub(crate) gap: bool,
}

impl<T> ByHand<T> {
    pub(crate) fn new(data: T) -> Self {
        Self {
            data: Some(data),
            spec: None,
            metadata: None,
            eos: false,
            gap: false,
        }
    }
}

const _: () = assert!(size_of::<ByHand<u64>>() == 40);
