//! The indices of elements and pads in a graph.

use crate::pad::Direction;

/// The element or pad that a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Element(u32),
    Pad(PadPlace),
}

/// A pad by its element's place and its own place in the element's list of that direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct PadPlace {
    pub(crate) node: u32,
    pub(crate) direction: Direction,
    pub(crate) index: u32,
}

/// Converts an index in a list; a graph of more than four thousand million elements does not fit any memory.
pub(super) fn index(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}
