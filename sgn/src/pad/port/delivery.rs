//! How a sink port gets its frames: what its element asks for, and what the plan makes of it.

/// How an element wants its frames: as its own, or to look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Access {
    /// The method takes `Frame<T>`.
    Owned,
    /// The method takes `&Frame<T>`.
    Shared,
}

/// How the plan serves a sink pad.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Delivery {
    /// It is the last consumer and an owner: the frame moves.
    Move,
    /// It is an owner, and others come later: it gets a copy, billed to itself.
    Copy,
    /// It looks, and others come later.
    Look,
    /// It looks, and the frame is dropped when it is done.
    LookLast,
}
