//! Decides if a run makes memory reports, and of which elements.

use std::path::PathBuf;

use super::file_options::MemoryFile;
use super::from_environment::{
    file_from_environment, from_environment, page_from_environment, signal_from_environment,
};
use super::options::MemoryReport;
use crate::environment;
use crate::error::{Error, ErrorKind, Result};
use crate::graph::{Graph, Node};
use crate::log::{self, Asked, Level};
use crate::memory;
use crate::report::Only;

/// The memory reports that a run is to make.
pub(crate) struct Request {
    /// `None` leaves the mode of counting as it is.
    pub(super) options: Option<MemoryReport>,
    /// The elements whose lines and rows the reports show; `None` shows all.
    pub(super) only: Option<Only>,
    /// True if the reports are written to the log.
    pub(super) has_text: bool,
    /// The file to which the run is recorded.
    pub(super) file: Option<MemoryFile>,
    /// The page that shows the run at its end.
    pub(super) page: Option<PathBuf>,
    /// True if SIGUSR1 asks for a report.
    pub(super) on_signal: bool,
}

impl Request {
    /// Returns the request for a run of `graph`: `options` if the program has set them, else what the environment sets.
    ///
    /// `SGNLOGLEVEL` must be in force if it is set.
    ///
    /// # Errors
    ///
    /// A report is requested and the program does not count its memory, or a variable has a value that it may not have.
    pub(crate) fn find(
        graph: &Graph,
        report: Option<MemoryReport>,
        file: Option<&MemoryFile>,
        on_signal: bool,
    ) -> Result<Self> {
        let request = Self::of_text(graph, report)?;
        let (file, asks_for_file) = match file {
            Some(file) => (Some(file.clone()), "the run"),
            None => (file_from_environment()?, "`SGN_MEMPROF_FILE`"),
        };
        let (on_signal, asks_for_signal) = match on_signal {
            true => (true, "the run"),
            false => (signal_from_environment()?, "`SGN_MEMPROF_SIGNAL`"),
        };
        let page = page_from_environment()?;
        if file.is_none() && page.is_none() && !on_signal {
            return Ok(request);
        }
        if !memory::is_installed() {
            return Err(match (&file, &page) {
                (Some(_), _) => not_installed(asks_for_file, "a memory profile"),
                (None, Some(_)) => not_installed("`SGN_MEMPROF_HTML`", "a page of its memory"),
                (None, None) => not_installed(asks_for_signal, "reports on demand"),
            });
        }
        let options = match request.options.filter(|options| options.on) {
            Some(options) => options,
            None => from_environment()?,
        };
        Ok(Self {
            options: Some(options),
            file,
            page,
            on_signal,
            ..request
        })
    }

    /// Returns the request for reports in the log.
    fn of_text(graph: &Graph, options: Option<MemoryReport>) -> Result<Self> {
        let only = match options {
            Some(options) => return Self::of_program(options),
            None => elements_asked_for(graph),
        };
        let (true, Some(only)) = (log::hears_memprof(), only) else {
            return Ok(Self::none());
        };
        if !memory::is_installed() {
            return match environment::has_levels() {
                true => Err(not_installed("`SGNLOGLEVEL`", "the memory report")),
                false => Ok(Self::none()),
            };
        }
        Ok(Self {
            options: Some(from_environment()?),
            only,
            has_text: true,
            file: None,
            page: None,
            on_signal: false,
        })
    }

    fn none() -> Self {
        Self {
            options: None,
            only: None,
            has_text: false,
            file: None,
            page: None,
            on_signal: false,
        }
    }

    fn of_program(options: MemoryReport) -> Result<Self> {
        if options.on && !memory::is_installed() {
            return Err(not_installed("the run", "the memory report"));
        }
        if options.on && !log::hears_memprof() && !log::hears_memory_events() {
            log::warn_once(
                "the run asks for the memory report, but the application's own subscriber does not take it; let it take \
                 events of the target `sgn::memprof` at the level TRACE",
            );
        }
        Ok(Self {
            options: Some(options),
            only: None,
            has_text: options.on,
            file: None,
            page: None,
            on_signal: false,
        })
    }
}

/// Returns the elements whose reports the levels request: `None` for no report, `Some(None)` for those of all elements.
fn elements_asked_for(graph: &Graph) -> Option<Option<Only>> {
    if !environment::has_levels() && !log::is_ours() {
        // The levels in force were set by an earlier `SGNLOGLEVEL`; the application's own subscriber decides.
        return log::enabled(log::PIPELINE, Level::MemProf).then_some(None);
    }
    match log::asked_memprof(graph.nodes().iter().map(Node::name)) {
        Asked::Nobodys => None,
        Asked::Everybodys => Some(None),
        Asked::Elements(indices) => Some(Some(only(graph, &indices))),
    }
}

/// Returns the pads of the elements at `indices`.
fn only(graph: &Graph, indices: &[usize]) -> Only {
    let nodes = || indices.iter().map(|index| &graph.nodes()[*index]);
    Only::new(nodes().map(Node::name), nodes().flat_map(Node::owners))
}

fn not_installed(asks: &str, what: &str) -> Error {
    Error::new(
        ErrorKind::Profiler,
        format!(
            "{asks} asks for {what}, but this program does not count its memory; add the line \
             `sgn::counting_allocator!();` next to its `main` function"
        ),
    )
}
