//! One moment of a process, the input of all renderers.

use std::time::Duration;

use crate::memory::{Holders, LineHolders, Snapshot, Trends};

/// The input of a memory report: a snapshot, and the number of strides since the one before.
///
/// The reports of a run also have what the pipeline has sampled meanwhile, and begin with the lines that grow.
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
    /// The progress of the run; `None` if the report is not made by a run.
    pub(super) progress: Option<Progress>,
    /// The verdict on each line; `None` if the report is not made by a run.
    pub(super) trends: Option<Trends>,
    /// The census, if there was one.
    pub(super) census: Option<Holders>,
    /// The holders of each line, if they are known.
    pub(super) holders: Option<LineHolders>,
}

/// The progress of a run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Progress {
    /// The number of strides of all runs.
    pub(crate) stride: u64,
    /// The time since the start.
    pub(crate) time: Duration,
    /// The time since the report before.
    pub(crate) interval: Duration,
    pub(crate) cause: Cause,
}

/// The reason of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    FirstStride,
    /// The interval is over.
    Time(Duration),
    Strides(u64),
    /// Somebody has asked for it.
    Demand,
    End,
    Error,
    /// The moment is read from a file.
    #[cfg_attr(
        not(feature = "viewers"),
        expect(dead_code, reason = "the viewers read files")
    )]
    Recorded,
}

impl Moment {
    /// Returns the moment of `snapshot`, `strides` strides after the report before.
    #[must_use]
    pub const fn of(snapshot: Snapshot, strides: u64) -> Self {
        Self {
            snapshot,
            strides,
            progress: None,
            trends: None,
            census: None,
            holders: None,
        }
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

    /// Returns the same moment of a run.
    pub(crate) fn with(
        self,
        progress: Progress,
        trends: Trends,
        census: Option<Holders>,
        holders: Option<LineHolders>,
    ) -> Self {
        Self {
            progress: Some(progress),
            trends: Some(trends),
            census,
            holders,
            ..self
        }
    }
}
