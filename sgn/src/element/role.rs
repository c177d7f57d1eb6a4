//! Sources, transforms, sinks.

use std::fmt;

/// The role of an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Role {
    /// Gives frames: source pads only, at least one.
    Source,
    /// Takes frames and gives frames: at least one pad of each direction.
    Transform,
    /// Takes frames: sink pads only, at least one.
    Sink,
}

impl Role {
    /// Returns the word for it: `source`, `transform` or `sink`.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Transform => "transform",
            Self::Sink => "sink",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}
