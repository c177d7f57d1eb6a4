//! The words of a verdict.

use std::fmt;

/// The development of the live bytes of a line, worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Verdict {
    /// Some of its blocks cannot be reached any more.
    Leaks,
    /// The least that is live rises steadily, up to now.
    Grows,
    /// It has grown, and now stays or comes and goes above what it was.
    Stopped,
    /// Blocks come and go.
    ComesAndGoes,
    /// It is nearly the same all the time.
    Steady,
    /// There are too few samples.
    TooEarly,
}

impl Verdict {
    /// Returns true if something has to be done about the line: it leaks, or it grows.
    #[must_use]
    pub const fn is_alarm(self) -> bool {
        matches!(self, Self::Leaks | Self::Grows)
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Leaks => "leaks",
            Self::Grows => "grows",
            Self::Stopped => "grew and stopped",
            Self::ComesAndGoes => "comes and goes",
            Self::Steady => "steady",
            Self::TooEarly => "too early to tell",
        })
    }
}
