//! What a run says about itself: the memory report and the log.

use std::time::{Duration, Instant};

use super::cadence::Cadence;
use crate::error::{Error, ErrorKind, Result};
use crate::graph::Graph;
use crate::log::{self, Level};
use crate::memory::{self, Scope, Snapshot};
use crate::report::Report;
use crate::scheduler::{Observer, RunSummary};

/// The memory reports of one run, if they were asked for.
pub(super) struct MemoryReports {
    active: Option<Active>,
}

struct Active {
    report: Report,
    cadence: Cadence,
    /// Whether this run switched counting on, and so has to switch it off.
    switched_on: bool,
    last: Instant,
    strides: u64,
    reported: u64,
}

impl MemoryReports {
    /// Sets logging up by `SGNLOGLEVEL` if it is set, and finds out whether reports are wanted.
    pub(super) fn from_environment(graph: &Graph) -> Result<Self> {
        let asked = std::env::var_os(log::VARIABLE).is_some();
        if asked {
            log::init().map_err(|error| {
                Error::new(ErrorKind::Environment, error.to_string()).caused_by(error)
            })?;
            warn_of_unknown(graph);
        }
        if !log::enabled(log::PIPELINE, Level::MemProf) {
            return Ok(Self { active: None });
        }
        let _profiler = Scope::profiler();
        if !memory::is_installed() {
            if !asked {
                return Ok(Self { active: None });
            }
            return Err(Error::new(
                ErrorKind::Profiler,
                "`SGNLOGLEVEL` asks for the memory report, but this program does not count its memory; add the line \
                 `sgn::counting_allocator!();` next to its `main` function",
            ));
        }
        let cadence = Cadence::from_environment()?;
        Ok(Self {
            active: Some(Active {
                report: Report::default().top(Cadence::top_from_environment()?),
                cadence,
                switched_on: false,
                last: Instant::now(),
                strides: 0,
                reported: 0,
            }),
        })
    }

    /// Counting starts, if it was off.
    pub(super) fn begin(&mut self) -> Result<()> {
        let Some(active) = &mut self.active else {
            return Ok(());
        };
        active.switched_on = !memory::is_enabled();
        if active.switched_on && !memory::enable() {
            return Err(Error::new(
                ErrorKind::Profiler,
                "the system refuses the memory for the profiler's tables",
            ));
        }
        Ok(())
    }

    /// The last report, unless the last stride had one.
    pub(super) fn end(&mut self) {
        let Some(active) = &mut self.active else {
            return;
        };
        if active.reported < active.strides {
            active.print();
        }
        if active.switched_on {
            memory::disable();
        }
    }
}

impl Observer for MemoryReports {
    #[inline]
    fn after_stride(&mut self, number: u64) {
        if let Some(active) = &mut self.active {
            active.strides = number;
            if number == 1 || active.cadence.is_due(number - active.reported, active.last) {
                active.print();
            }
        }
    }
}

impl Active {
    #[cold]
    fn print(&mut self) {
        let _profiler = Scope::profiler();
        let strides = self.strides - self.reported;
        self.report.write(Snapshot::take(), strides, &mut |line| {
            log::memprof_line(line)
        });
        self.reported = self.strides;
        self.last = Instant::now();
    }
}

fn warn_of_unknown(graph: &Graph) {
    let known = graph
        .nodes()
        .iter()
        .map(|node| node.name())
        .chain([log::PIPELINE]);
    for unknown in log::levels().unknown(known) {
        log::emit(Level::Warning, log::PIPELINE, format_args!("{unknown}"));
    }
}

/// Says how a run ended.
pub(super) fn log_outcome(outcome: &Result<RunSummary>, elapsed: Duration) {
    match outcome {
        Ok(summary) => log::emit(
            Level::Info,
            log::PIPELINE,
            format_args!(
                "{} strides in {:.3} s",
                summary.strides,
                elapsed.as_secs_f64()
            ),
        ),
        Err(error) => log::emit(Level::Error, log::PIPELINE, format_args!("{error}")),
    }
}
