//! The access to frames that an element declares, and the delivery that the plan chooses.

/// The access of an element to its frames: as their owner, or by reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Access {
    /// The method takes `Frame<T>`.
    Owned,
    /// The method takes `&Frame<T>`.
    Shared,
}

/// The way in which the plan serves a sink pad.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Delivery {
    /// The pad owns the frame and is the last consumer: the frame moves.
    Move,
    /// The pad owns the frame and others come later: it gets a copy, which is charged to it.
    Copy,
    /// The pad borrows the frame, and others come later.
    Look,
    /// The pad borrows the frame as the last consumer, and the frame is dropped afterwards.
    LookLast,
}
