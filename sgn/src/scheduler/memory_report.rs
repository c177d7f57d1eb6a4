//! Whether and how often a run reports its memory.

use std::num::NonZeroU64;
use std::time::{Duration, Instant};

use crate::memory::Sampling;

/// Whether, how often and how long a run reports its memory, whatever the environment says.
///
/// Without one the environment decides: `SGNLOGLEVEL=pipeline:MEMPROF` asks for reports, `SGN_MEMPROF_EVERY` says how
/// often (`stride`, a number of strides, or a duration such as `500ms`, `10s`, `5min`; `1s` if it is not set),
/// `SGN_MEMPROF_TOP` how many lines the lists have (from 1 to 1000; 10 if it is not set), and `SGN_MEMPROF_SAMPLE` that
/// blocks are sampled instead of counted, and at what mean distance (such as `512KiB`).
///
/// ```
/// use std::time::Duration;
///
/// use sgn::prelude::*;
///
/// let every_hundredth = RunOptions::new().memory_report(MemoryReport::on().every_strides(100).top(5));
/// let sometimes = RunOptions::new().memory_report(MemoryReport::on().every(Duration::from_secs(60)));
/// let never = RunOptions::new().memory_report(MemoryReport::off());
/// # let _ = (every_hundredth, sometimes, never);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub struct MemoryReport {
    pub(crate) on: bool,
    pub(crate) every: Every,
    pub(crate) top: usize,
    pub(crate) sampling: Option<Sampling>,
}

/// When the next report is due. The first stride and the end of a run always have one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Every {
    Strides(NonZeroU64),
    Time(Duration),
}

impl Every {
    /// Whether a report is due, `strides` after the last one, which was printed at `last`.
    pub(crate) fn is_due(self, strides: u64, last: Instant) -> bool {
        match self {
            Self::Strides(every) => strides >= every.get(),
            Self::Time(every) => last.elapsed() >= every,
        }
    }
}

impl MemoryReport {
    /// Reports after the first stride, then at most once a second, and at the end; counting is on while the run lasts.
    ///
    /// The lines go to the log, and to standard error if nothing else listens. Counting is the process's: of
    /// pipelines that run at the same time, one that wants reports is enough to count for all.
    pub const fn on() -> Self {
        Self {
            on: true,
            every: Every::Time(Duration::from_secs(1)),
            top: 10,
            sampling: None,
        }
    }

    /// No reports, and no counting while the run lasts unless another one wants it.
    ///
    /// Blocks that were counted before are credited when they are freed; those of this run never count. To count
    /// without reports, do without this and call [`memory::enable`](crate::memory::enable).
    pub const fn off() -> Self {
        Self {
            on: false,
            ..Self::on()
        }
    }

    /// At most one report in that time, at the end of a stride; zero is one for every stride.
    pub const fn every(self, time: Duration) -> Self {
        Self {
            every: Every::Time(time),
            ..self
        }
    }

    /// A report after every `strides` strides; 0 is taken for 1.
    pub const fn every_strides(self, strides: u64) -> Self {
        let strides = match NonZeroU64::new(strides) {
            Some(strides) => strides,
            None => NonZeroU64::MIN,
        };
        Self {
            every: Every::Strides(strides),
            ..self
        }
    }

    /// Samples blocks instead of counting each: the reports are of estimates, with their standard errors.
    ///
    /// For production: what is not sampled costs hardly more than with counting switched off. Of pipelines that run at
    /// the same time, one that counts is enough to count for all; then the reports of this one are of counts, too.
    pub const fn sampled(self, sampling: Sampling) -> Self {
        Self {
            sampling: Some(sampling),
            ..self
        }
    }

    /// How many lines of source each list shows; 0 leaves the lists empty.
    pub const fn top(self, lines: usize) -> Self {
        Self { top: lines, ..self }
    }
}
