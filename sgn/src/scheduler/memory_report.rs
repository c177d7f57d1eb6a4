//! Whether and how often a run reports its memory.

use std::num::NonZeroU64;
use std::time::{Duration, Instant};

use crate::memory::Sampling;

/// Whether, how often and how long a run reports its memory, whatever the environment says.
///
/// Without one the environment decides: `SGNLOGLEVEL=pipeline:MEMPROF` asks for reports, `SGNLOGLEVEL=gain:MEMPROF` for
/// those of the element `gain`. `SGN_MEMPROF_EVERY` says how often (`stride`, a number of strides, or a duration such
/// as `500ms`, `10s`, `5min`; `1s` if it is not set), `SGN_MEMPROF_TOP` how many lines the lists have (from 1 to 1000;
/// 10 if it is not set), and `SGN_MEMPROF_SAMPLE` that blocks are sampled instead of counted, and at what mean distance
/// (such as `512KiB`).
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

/// Finds out when the next report is due.
#[derive(Debug)]
pub(crate) struct Cadence {
    every: Every,
    /// How many strides there were since the last report.
    strides: u64,
    /// When the last report was.
    reported: Instant,
    /// When the clock was looked at last.
    looked: Instant,
    /// After how many strides it was, and is next.
    period: u32,
    left: u32,
}

impl Cadence {
    /// The clock is looked at only so often while strides are short: a look takes as long as some of them.
    const SELDOM: u32 = 16;
    const SHORT: Duration = Duration::from_micros(100);

    pub(crate) fn new(every: Every) -> Self {
        let now = Instant::now();
        Self {
            every,
            strides: 0,
            reported: now,
            looked: now,
            period: 1,
            left: 1,
        }
    }

    /// Counts a stride; whether a report is due after it.
    #[inline]
    pub(crate) fn is_due_after_stride(&mut self) -> bool {
        self.strides += 1;
        match self.every {
            Every::Strides(every) => self.strides >= every.get(),
            Every::Time(every) => {
                self.left -= 1;
                self.left == 0 && self.is_due_at(every, Instant::now())
            }
        }
    }

    fn is_due_at(&mut self, every: Duration, now: Instant) -> bool {
        let passed = now.saturating_duration_since(self.looked);
        self.looked = now;
        self.period = if passed < Self::SHORT * self.period {
            Self::SELDOM
        } else {
            1
        };
        self.left = self.period;
        now.saturating_duration_since(self.reported) >= every
    }

    /// How many strides there were since the last report.
    pub(crate) fn strides(&self) -> u64 {
        self.strides
    }

    /// Begins anew after a report.
    pub(crate) fn has_reported(&mut self) {
        self.strides = 0;
        self.reported = Instant::now();
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
    ///
    /// Of strides shorter than 0.1 ms every sixteenth looks at the clock, so that a report may be that many strides late.
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

#[cfg(test)]
mod tests {
    use super::*;

    /// The strides after which a report was due, where each takes `time`.
    fn due(every: Duration, time: Duration, strides: u64) -> Vec<u64> {
        let mut cadence = Cadence::new(Every::Time(every));
        let mut now = cadence.reported;
        let mut due = Vec::new();
        for stride in 1..=strides {
            now += time;
            cadence.left -= 1;
            if cadence.left == 0 && cadence.is_due_at(every, now) {
                cadence.reported = now;
                due.push(stride);
            }
        }
        due
    }

    #[test]
    fn long_strides_are_reported_in_time() {
        let second = Duration::from_secs(1);
        assert_eq!(due(second, second, 3), [1, 2, 3]);
        assert_eq!(due(second, second / 4, 12), [4, 8, 12]);
        assert_eq!(due(second, second / 200, 500), [200, 400]);
    }

    #[test]
    fn short_strides_are_reported_a_few_late() {
        let due = due(Duration::from_millis(1), Duration::from_micros(10), 1000);
        let gaps = due.windows(2).map(|pair| pair[1] - pair[0]);
        assert!(due.len() >= 8, "{due:?}");
        for gap in gaps {
            assert!(
                (100..100 + u64::from(Cadence::SELDOM)).contains(&gap),
                "{due:?}"
            );
        }
    }

    #[test]
    fn a_stride_that_becomes_long_is_noticed() {
        let mut cadence = Cadence::new(Every::Time(Duration::from_secs(1)));
        let start = cadence.reported;
        assert!(!cadence.is_due_at(Duration::from_secs(1), start + Duration::from_micros(1)));
        assert_eq!(cadence.left, Cadence::SELDOM);
        assert!(cadence.is_due_at(Duration::from_secs(1), start + Duration::from_secs(16)));
        assert_eq!(cadence.left, 1);
    }
}
