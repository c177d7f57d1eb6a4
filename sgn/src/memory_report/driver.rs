//! Takes samples and snapshots when they are due, and hands the snapshots to the renderers.

use std::borrow::BorrowMut;
use std::time::{Duration, Instant};

use super::cadence::{Cadence, Due};
use super::censuses::Censuses;
use super::dump::{OnSignal, Running, watch};
use super::file::Profile;
use super::options::Every;
use super::past::Past;
use super::request::Request;
use crate::counting::ModeLease;
use crate::error::{Error, ErrorKind, Result};
use crate::foreign;
use crate::graph::{Graph, Node};
use crate::log;
use crate::memory::{History, Holders, LineHolders, Scope, Snapshot, Trends};
use crate::recording::Reason;
use crate::report::{Cause, Moment, Progress, TextReport};

/// Makes the memory reports of one run, if it makes any.
pub(crate) struct Driver<'a> {
    active: Option<Active<'a>>,
    /// Is dropped after the last report.
    _lease: Option<ModeLease>,
}

struct Active<'a> {
    text: &'a mut TextReport,
    /// True if all reports are written to the log, and not only those that somebody asked for.
    has_text: bool,
    /// `None` if the run is not recorded to a file.
    profile: Option<&'a mut Profile>,
    history: &'a mut History,
    censuses: Option<Censuses<'a>>,
    running: Running,
    /// SIGUSR1 asks for a report while this lives.
    _on_signal: Option<OnSignal>,
    /// The cause of the report that waits for a census.
    waiting: Option<Cause>,
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
    /// Sets the mode of counting as `request` says. The reports continue those of `past`.
    ///
    /// # Errors
    ///
    /// The operating system refuses the memory for the profiler's tables.
    pub(crate) fn begin(request: Request, graph: &Graph, past: &'a mut Past) -> Result<Self> {
        let Request {
            options,
            only,
            has_text,
            file,
            page,
            on_signal,
        } = request;
        let Past {
            text,
            history,
            unreachable,
            profile,
        } = past;
        let _profiler = Scope::profiler();
        text.show_only(only);
        let lease = options
            .map(|options| ModeLease::new(options.mode()))
            .transpose()?;
        // Before the file is there, so that whoever sees it may send the signal.
        let on_signal = on_signal.then(on_signal_scope).transpose()?;
        if Profile::is_wanted(file.as_ref(), page.as_deref()) {
            let is_same = |profile: &Profile| profile.is_for(file.as_ref(), page.as_deref());
            if !profile.as_ref().is_some_and(is_same) {
                *profile = Some(Profile::create(file, page)?);
            }
        } else {
            *profile = None;
        }
        if let (Some(profile), Some(options)) = (profile.as_mut(), options) {
            profile.start(graph, options);
        }
        let active = options.filter(|options| options.on).map(|options| {
            text.set_top(options.top);
            let before = history.last();
            // Reports that go nowhere need not be made.
            let every = match has_text || profile.is_some() {
                true => options.every,
                false => Every::Time(Duration::MAX),
            };
            let desk = profile.as_ref().map(|profile| profile.desk().clone());
            Active {
                text,
                has_text,
                profile: profile.as_mut(),
                cadence: Cadence::new(every),
                every,
                running: Running::begin(before.0, before.1, desk, watch),
                _on_signal: on_signal,
                before,
                started: Instant::now(),
                next: history.next_stride(),
                stride: before.0,
                history,
                censuses: Censuses::new(unreachable),
                waiting: None,
            }
        });
        Ok(Self {
            active,
            _lease: lease,
        })
    }

    /// Makes a report if one is due after stride `number`, counted from 1, and else takes a sample if one is due.
    ///
    /// Returns true if it has to [look](Self::look) at the elements for that.
    #[inline]
    #[must_use]
    pub(crate) fn after_stride(&mut self, number: u64) -> bool {
        match &mut self.active {
            Some(active) => active.after_stride(number),
            None => false,
        }
    }

    /// Takes the census that [`after_stride`](Self::after_stride) asked for, and makes the report that is due.
    pub(crate) fn look(&mut self, nodes: &mut [&mut Node]) {
        if let Some(active) = &mut self.active {
            active.look(nodes);
        }
    }

    /// Returns true if the run is recorded to a file, which has all [events](Self::event).
    pub(crate) fn is_recorded(&self) -> bool {
        let active = self.active.as_ref();
        active.is_some_and(|active| active.profile.is_some())
    }

    /// Records that something happened, if the run is recorded to a file.
    pub(crate) fn event(&mut self, kind: &str, text: String) {
        if let Some(active) = &mut self.active {
            active.event(kind, text);
        }
    }

    /// Makes the last report, unless the last stride had one; `error` has ended the run, if one has.
    pub(crate) fn end(mut self, error: Option<&Error>, graph: &mut Graph) {
        let Some(active) = &mut self.active else {
            return;
        };
        if active.cadence.strides() > 0 || (error.is_some() && active.profile.is_some()) {
            let cause = match error {
                Some(_) => Cause::Error,
                None => Cause::End,
            };
            // A panic of the subscriber must not replace the outcome of the run.
            let _ = foreign::catch(|| {
                active.waiting = Some(cause);
                active.look(graph.nodes_mut());
            });
        }
        match error {
            Some(error) => active.event("error", error.to_string()),
            None => active.event("end", String::new()),
        }
        if let Some(profile) = &mut active.profile {
            profile.finish();
        }
    }
}

impl Active<'_> {
    #[inline]
    fn after_stride(&mut self, number: u64) -> bool {
        self.stride = self.before.0 + number;
        let due = self.cadence.after_stride();
        let is_asked = self.running.after_stride(self.stride);
        if is_asked {
            self.event("dump", String::from("a report was asked for"));
            self.is_due(Cause::Demand)
        } else if number == 1 {
            self.is_due(Cause::FirstStride)
        } else if due == Due::Report {
            self.is_due(match self.every {
                Every::Strides(every) => Cause::Strides(every.get()),
                Every::Time(every) => Cause::Time(every),
            })
        } else if due == Due::Sample || self.stride >= self.next {
            self.sample(due == Due::Sample);
            let stride = self.stride;
            self.censuses
                .as_ref()
                .is_some_and(|censuses| censuses.is_due_between_reports(stride))
        } else {
            false
        }
    }

    /// Makes a report, or returns true if that needs a census.
    #[cold]
    fn is_due(&mut self, cause: Cause) -> bool {
        let stride = self.stride;
        let censuses = self.censuses.as_ref();
        if censuses.is_some_and(|censuses| censuses.is_due(stride)) {
            self.waiting = Some(cause);
            return true;
        }
        self.report(cause, None);
        false
    }

    #[cold]
    fn look<N: BorrowMut<Node>>(&mut self, nodes: &mut [N]) {
        let _profiler = Scope::profiler();
        let stride = self.stride;
        let censuses = self.censuses.as_mut();
        let holders = censuses.and_then(|censuses| match self.waiting {
            Some(Cause::End | Cause::Error) => censuses.take_last(nodes, stride),
            _ => censuses.take(nodes, stride),
        });
        if let Some(cause) = self.waiting.take() {
            self.report(cause, holders);
        }
    }

    fn event(&mut self, kind: &str, text: String) {
        let (at, stride) = (self.time(), self.stride);
        if let Some(profile) = &mut self.profile {
            let _profiler = Scope::profiler();
            profile.event(at, stride, kind, text);
        }
    }

    #[cold]
    fn sample(&mut self, is_timed: bool) {
        let _profiler = Scope::profiler();
        let now = Snapshot::take_all();
        let (at, stride) = (self.time(), self.stride);
        self.add(&now, at, is_timed);
        if let Some(profile) = &mut self.profile {
            let reason = if is_timed {
                Reason::Time
            } else {
                Reason::Stride
            };
            profile.moment(now, at, stride, reason);
        }
        if is_timed {
            self.cadence.has_sampled();
        }
    }

    fn add(&mut self, now: &Snapshot, at: Duration, is_recent: bool) {
        self.history.add(now, self.stride, at, is_recent);
        self.next = self.history.next_stride();
    }

    /// Returns the time of all runs, in whole microseconds, as a memory profile has it.
    fn time(&self) -> Duration {
        let time = self.before.1 + self.started.elapsed();
        Duration::new(time.as_secs(), time.subsec_micros() * 1000)
    }

    #[cold]
    fn report(&mut self, cause: Cause, holders: Option<Holders>) {
        let _profiler = Scope::profiler();
        let snapshot = Snapshot::take_all();
        let (at, stride) = (self.time(), self.stride);
        self.add(&snapshot, at, true);
        let by_line = holders.as_ref().map(LineHolders::of);
        let trends = Trends::find(self.history, &snapshot, by_line.as_ref());
        if let Some(profile) = &mut self.profile {
            let reason = match cause {
                Cause::End | Cause::Error => Reason::End,
                _ => Reason::Report,
            };
            if let Some(copy) = snapshot.copy() {
                profile.moment(copy, at, stride, reason);
            }
            profile.findings(&trends, holders.as_ref().zip(by_line.as_ref()));
        }
        let _ = foreign::catch(|| {
            let seconds = at.as_secs_f64();
            log::memory_events(
                &snapshot,
                &trends,
                by_line.as_ref(),
                (stride, seconds),
                &cause,
            );
        });
        let progress = Progress {
            stride,
            time: at,
            interval: self.cadence.interval(),
            cause,
        };
        let moment =
            Moment::of(snapshot, self.cadence.strides()).with(progress, trends, holders, by_line);
        if self.has_text || cause == Cause::Demand {
            self.text.write(moment, &mut log::wanted_memprof_line);
        }
        self.cadence.has_reported();
    }
}

/// Has SIGUSR1 ask for reports.
fn on_signal_scope() -> Result<OnSignal> {
    OnSignal::enter(watch).map_err(|problem| {
        Error::new(
            ErrorKind::Profiler,
            format!("SIGUSR1 cannot ask for a memory report: {problem}"),
        )
    })
}
