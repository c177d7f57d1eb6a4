//! The options of the memory report.

use std::num::NonZeroU64;
use std::time::Duration;

use crate::memory::{Mode, Sampling};

/// The options of the memory report of one run, in the place of what the environment sets.
///
/// Without them the environment decides: `SGNLOGLEVEL=pipeline:MEMPROF` requests reports, `SGNLOGLEVEL=gain:MEMPROF`
/// those of the element `gain`. Three more variables set how they are made:
///
/// | variable | sets | values | default |
/// |---|---|---|---|
/// | `SGN_MEMPROF_EVERY` | how often | `stride`, a number of strides, or a duration such as `500ms`, `10s`, `5min` | `1s` |
/// | `SGN_MEMPROF_TOP` | the number of lines in each list | 1 to 1000 | 10 |
/// | `SGN_MEMPROF_SAMPLE` | the sampling interval; blocks are sampled instead of counted | bytes, such as `512KiB` | all blocks are counted |
///
/// A run can be recorded to a [file](crate::MemoryFile) besides, and make reports
/// [on demand](crate::memory::dump); [the guide](crate::guide::memory_profile) has these variables.
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
    pub(super) on: bool,
    pub(super) every: Every,
    pub(super) top: usize,
    pub(super) sampling: Option<Sampling>,
}

/// The interval of reports. There is always one after the first stride, and one at the end of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Every {
    Strides(NonZeroU64),
    Time(Duration),
}

impl MemoryReport {
    /// Returns the mode of counting that a run with these options needs.
    pub(super) const fn mode(&self) -> Mode {
        match self.sampling {
            _ if !self.on => Mode::Off,
            Some(sampling) => Mode::Sampled(sampling),
            None => Mode::Counted,
        }
    }

    /// Makes reports after the first stride, then at most once a second, and at the end; counts while the run lasts.
    ///
    /// The lines go to the log, and to standard error if no subscriber listens. The mode of counting is that of the
    /// process: while one of several running pipelines requests reports, blocks are counted for all.
    pub const fn on() -> Self {
        Self {
            on: true,
            every: Every::Time(Duration::from_secs(1)),
            top: 10,
            sampling: None,
        }
    }

    /// Makes no reports, and counts nothing while the run lasts unless another run requests it.
    ///
    /// Frees of blocks that were counted before are recorded; blocks of this run never count. To count without reports,
    /// leave this option out and call [`memory::enable`](crate::memory::enable).
    pub const fn off() -> Self {
        Self {
            on: false,
            ..Self::on()
        }
    }

    /// Makes at most one report in `time`, at the end of a stride; zero is one for every stride.
    ///
    /// Of strides shorter than 0.1 ms every sixteenth reads the clock, so a report may be that many strides late.
    pub const fn every(self, time: Duration) -> Self {
        Self {
            every: if time.is_zero() {
                Every::Strides(NonZeroU64::MIN)
            } else {
                Every::Time(time)
            },
            ..self
        }
    }

    /// Makes a report after every `strides` strides; 0 is taken for 1.
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

    /// Samples blocks instead of counting each: the reports show estimates, with their standard errors.
    ///
    /// For production: a block that is not sampled costs hardly more than with counting switched off. While another
    /// running pipeline requests counts, all blocks are counted, and the reports of this run show counts, too.
    ///
    /// ```
    /// use sgn::memory::Sampling;
    /// use sgn::prelude::*;
    ///
    /// let options = RunOptions::new().memory_report(MemoryReport::on().sampled(Sampling::default()));
    /// # drop(options);
    /// ```
    pub const fn sampled(self, sampling: Sampling) -> Self {
        Self {
            sampling: Some(sampling),
            ..self
        }
    }

    /// Sets the number of source lines in each list; 0 leaves the lists empty.
    pub const fn top(self, lines: usize) -> Self {
        Self { top: lines, ..self }
    }
}
