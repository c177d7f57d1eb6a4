//! Identifiers of elements and pads: their indices in a pipeline.

use std::sync::atomic::{AtomicU32, Ordering};

/// An element of one particular pipeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ElementId {
    pub(crate) pipeline: u32,
    pub(crate) index: u32,
}

/// Returns a number that no other pipeline of this process has.
pub(crate) fn next_pipeline() -> u32 {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// A pad of an element: its index among the element's source pads or among its sink pads; which of the two, the type of
/// the handle says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct PadId {
    pub(crate) element: ElementId,
    pub(crate) index: u32,
}
