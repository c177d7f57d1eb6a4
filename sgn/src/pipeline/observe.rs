//! What a run says about itself: the memory report and the log.

use std::time::Duration;

use super::cadence;
use super::counting::CountingWish;
use crate::error::{Error, ErrorKind, Result};
use crate::graph::Graph;
use crate::log::{self, Level};
use crate::memory::{self, Scope, Snapshot};
use crate::report::Report;
use crate::scheduler::{Cadence, MemoryReport, Observer, RunSummary};

/// Sets logging up by `SGNLOGLEVEL` if it is set, and finds out what reports a run is to make: `choice` says so, or the
/// environment. None leaves counting as it is.
pub(super) fn wanted_reports(
    graph: &Graph,
    choice: Option<MemoryReport>,
) -> Result<Option<MemoryReport>> {
    let level_is_set = std::env::var_os(log::VARIABLE).is_some();
    if level_is_set {
        log::init().map_err(|error| {
            Error::new(ErrorKind::Environment, error.to_string()).caused_by(error)
        })?;
        warn_of_unknown(graph);
    }
    let _profiler = Scope::profiler();
    match choice {
        Some(choice) if choice.on && !memory::is_installed() => Err(not_installed("the run")),
        Some(choice) => Ok(Some(choice)),
        None if !log::enabled(log::PIPELINE, Level::MemProf) => Ok(None),
        None if memory::is_installed() => cadence::from_environment().map(Some),
        None if level_is_set => Err(not_installed("`SGNLOGLEVEL`")),
        None => Ok(None),
    }
}

fn not_installed(asks: &str) -> Error {
    Error::new(
        ErrorKind::Profiler,
        format!(
            "{asks} asks for the memory report, but this program does not count its memory; add the line \
             `sgn::counting_allocator!();` next to its `main` function"
        ),
    )
}

/// The memory reports of one run, if there are any.
pub(super) struct MemoryReports<'a> {
    active: Option<Active<'a>>,
    /// Ends after the last report.
    _counting: Option<CountingWish>,
}

struct Active<'a> {
    report: &'a mut Report,
    cadence: Cadence,
}

impl<'a> MemoryReports<'a> {
    /// Switches counting as `wanted` says; the reports go on where `report` left off.
    pub(super) fn begin(wanted: Option<MemoryReport>, report: &'a mut Report) -> Result<Self> {
        let counting = wanted.map(CountingWish::new);
        let active = wanted.filter(|wanted| wanted.on).map(|wanted| {
            report.set_top(wanted.top);
            Active {
                report,
                cadence: Cadence::new(wanted.every),
            }
        });
        Ok(Self {
            active,
            _counting: counting.transpose()?,
        })
    }

    /// The last report, unless the last stride had one.
    pub(super) fn end(mut self) {
        if let Some(active) = &mut self.active
            && active.cadence.strides() > 0
        {
            active.print();
        }
    }
}

impl Observer for MemoryReports<'_> {
    #[inline]
    fn after_stride(&mut self, number: u64) {
        if let Some(active) = &mut self.active {
            let is_due = active.cadence.is_due_after_stride();
            if is_due || number == 1 {
                active.print();
            }
        }
    }
}

impl Active<'_> {
    #[cold]
    fn print(&mut self) {
        let _profiler = Scope::profiler();
        let strides = self.cadence.strides();
        let now = Snapshot::take_for(memory::mode());
        self.report
            .write(now, strides, &mut log::wanted_memprof_line);
        self.cadence.has_reported();
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
