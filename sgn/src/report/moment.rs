//! One moment of a process, the input of all renderers.

use crate::memory::Snapshot;

/// The input of a memory report: a snapshot, and the number of strides since the one before.
///
/// ```
/// use sgn::memory::Snapshot;
/// use sgn::report::{Moment, TextReport};
///
/// let mut report = TextReport::new();
/// let mut last = String::new();
/// report.write(Moment::of(Snapshot::take(), 100), &mut |line| last = line.to_owned());
/// assert!(!last.is_empty());
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct Moment {
    /// All counters.
    pub snapshot: Snapshot,
    /// The number of strides since the report before, or since the start.
    pub strides: u64,
}

impl Moment {
    /// Returns the moment of `snapshot`, `strides` strides after the report before.
    #[must_use]
    pub const fn of(snapshot: Snapshot, strides: u64) -> Self {
        Self { snapshot, strides }
    }

    /// Takes a snapshot of [all](Snapshot::take_all) now, `strides` strides after the report before.
    ///
    /// # Panics
    ///
    /// Panics if the operating system has no pages for the numbers.
    #[must_use]
    pub fn now(strides: u64) -> Self {
        Self::of(Snapshot::take_all(), strides)
    }
}
