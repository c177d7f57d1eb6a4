//! Takes samples and snapshots when they are due, and hands the snapshots to the renderers.

use std::time::{Duration, Instant};

use super::cadence::{Cadence, Due};
use super::lease::ModeLease;
use super::options::Every;
use super::request::Request;
use crate::error::Result;
use crate::foreign;
use crate::log;
use crate::memory::{History, Scope, Snapshot, Trends};
use crate::report::{Cause, Moment, Progress, TextReport};

/// Makes the memory reports of one run, if it makes any.
pub(crate) struct Driver<'a> {
    active: Option<Active<'a>>,
    /// Is dropped after the last report.
    _lease: Option<ModeLease>,
}

struct Active<'a> {
    text: &'a mut TextReport,
    history: &'a mut History,
    cadence: Cadence,
    every: Every,
    /// The strides of the runs before that were sampled, and their time.
    before: (u64, Duration),
    started: Instant,
    /// The next stride that is to be sampled, whatever the time is.
    next: u64,
    /// The number of strides of all runs.
    stride: u64,
}

impl<'a> Driver<'a> {
    /// Sets the mode of counting as `request` says. The reports are compared with the last one that `text` rendered,
    /// and `history` is continued.
    ///
    /// # Errors
    ///
    /// The operating system refuses the memory for the profiler's tables.
    pub(crate) fn begin(
        request: Request,
        text: &'a mut TextReport,
        history: &'a mut History,
    ) -> Result<Self> {
        let Request { options, only } = request;
        text.show_only(only);
        let lease = options.map(ModeLease::new).transpose()?;
        let active = options.filter(|options| options.on).map(|options| {
            text.set_top(options.top);
            let before = history.last();
            Active {
                text,
                cadence: Cadence::new(options.every),
                every: options.every,
                before,
                started: Instant::now(),
                next: history.next_stride(),
                stride: before.0,
                history,
            }
        });
        Ok(Self {
            active,
            _lease: lease,
        })
    }

    /// Makes a report if one is due after stride `number`, counted from 1, and else takes a sample if one is due.
    #[inline]
    pub(crate) fn after_stride(&mut self, number: u64) {
        if let Some(active) = &mut self.active {
            active.after_stride(number);
        }
    }

    /// Makes the last report, unless the last stride had one; `failed` says that an error has ended the run.
    pub(crate) fn end(mut self, failed: bool) {
        if let Some(active) = &mut self.active
            && active.cadence.strides() > 0
        {
            let cause = if failed { Cause::Error } else { Cause::End };
            // A panic of the subscriber must not replace the outcome of the run.
            let _ = foreign::catch(|| active.report(cause));
        }
    }
}

impl Active<'_> {
    #[inline]
    fn after_stride(&mut self, number: u64) {
        self.stride = self.before.0 + number;
        let due = self.cadence.after_stride();
        if number == 1 {
            self.report(Cause::FirstStride);
        } else if due == Due::Report {
            self.report(match self.every {
                Every::Strides(every) => Cause::Strides(every.get()),
                Every::Time(every) => Cause::Time(every),
            });
        } else if due == Due::Sample || self.stride >= self.next {
            self.sample(due == Due::Sample);
        }
    }

    #[cold]
    fn sample(&mut self, is_timed: bool) {
        let _profiler = Scope::profiler();
        self.add(&Snapshot::take_all(), is_timed);
        if is_timed {
            self.cadence.has_sampled();
        }
    }

    fn add(&mut self, now: &Snapshot, is_recent: bool) {
        self.history.add(now, self.stride, self.time(), is_recent);
        self.next = self.history.next_stride();
    }

    fn time(&self) -> Duration {
        self.before.1 + self.started.elapsed()
    }

    #[cold]
    fn report(&mut self, cause: Cause) {
        let _profiler = Scope::profiler();
        let snapshot = Snapshot::take_all();
        self.add(&snapshot, true);
        let trends = Trends::find(self.history, &snapshot, None);
        let progress = Progress {
            stride: self.stride,
            time: self.time(),
            interval: self.cadence.interval(),
            cause,
        };
        let moment = Moment::of(snapshot, self.cadence.strides()).with(progress, trends);
        self.text.write(moment, &mut log::wanted_memprof_line);
        self.cadence.has_reported();
    }
}
