//! What a run says about itself: when the memory report is due, and the log.

use super::cadence;
use super::counting::CountingWish;
use super::narrate;
use crate::element::Role;
use crate::error::{Error, ErrorKind, Result};
use crate::foreign;
use crate::graph::{Graph, Node};
use crate::log::{self, Asked, Level, RolesScope};
use crate::memory::{self, Scope, Snapshot};
use crate::report::{Only, Report};
use crate::scheduler::{Cadence, Event, MemoryReport, Observer};

/// What a run is to say about itself.
pub(super) struct Wanted {
    /// None leaves counting as it is.
    memory_report: Option<MemoryReport>,
    /// Whose lines and rows the reports have; none stands for everybody's.
    only: Option<Only>,
    roles: RolesScope,
}

/// Sets logging up by `SGNLOGLEVEL` if it is set, and finds out what reports a run is to make: `choice` says so, or the
/// environment.
pub(super) fn wanted(graph: &Graph, choice: Option<MemoryReport>) -> Result<Wanted> {
    let level_is_set = std::env::var_os(log::VARIABLE).is_some();
    if level_is_set {
        log::init().map_err(|error| {
            Error::new(ErrorKind::Environment, error.to_string()).caused_by(error)
        })?;
    }
    let _profiler = Scope::profiler();
    let elements = || graph.nodes().iter().map(|node| (node.name(), word(node)));
    let mut wanted = Wanted {
        memory_report: choice,
        only: None,
        roles: RolesScope::enter(elements()),
    };
    if level_is_set {
        log::check_requests(elements());
    }
    if let Some(choice) = choice {
        if choice.on && !memory::is_installed() {
            return Err(not_installed("the run"));
        }
        if choice.on && !log::hears_memprof() {
            log::warn_once(
                "the run asks for the memory report, but the application's own subscriber does not take it; let it take \
                 events of the target `sgn::memprof` at the level TRACE",
            );
        }
        return Ok(wanted);
    }
    let mut asked = log::asked_memprof(elements().map(|(name, _)| name));
    if !level_is_set && !log::is_ours() {
        // The levels are another time's; the subscriber of the application decides.
        asked = match log::enabled(log::PIPELINE, Level::MemProf) {
            true => Asked::Everybodys,
            false => Asked::Nobodys,
        };
    }
    if asked == Asked::Nobodys || !log::hears_memprof() {
        return Ok(wanted);
    }
    if !memory::is_installed() {
        return match level_is_set {
            true => Err(not_installed("`SGNLOGLEVEL`")),
            false => Ok(wanted),
        };
    }
    if let Asked::Elements(places) = asked {
        wanted.only = Some(only(graph, &places));
    }
    wanted.memory_report = Some(cadence::from_environment()?);
    Ok(wanted)
}

fn word(node: &Node) -> &'static str {
    match node.role() {
        Role::Source => "source",
        Role::Transform => "transform",
        Role::Sink => "sink",
    }
}

/// The pads of the elements at `places`.
fn only(graph: &Graph, places: &[usize]) -> Only {
    let nodes = || places.iter().map(|place| &graph.nodes()[*place]);
    let owners = nodes().flat_map(|node| {
        let sinks = node.sinks.iter().map(|pad| pad.owner);
        let sources = node.sources.iter().map(|pad| pad.owner);
        sinks.chain([node.internal_owner()]).chain(sources)
    });
    Only::new(nodes().map(Node::name), owners)
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
    _roles: RolesScope,
}

struct Active<'a> {
    report: &'a mut Report,
    cadence: Cadence,
}

impl<'a> MemoryReports<'a> {
    /// Switches counting as `wanted` says; the reports go on where `report` left off.
    pub(super) fn begin(wanted: Wanted, report: &'a mut Report) -> Result<Self> {
        let Wanted {
            memory_report: wanted,
            only,
            roles,
        } = wanted;
        report.show_only(only);
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
            _roles: roles,
        })
    }

    /// The last report, unless the last stride had one.
    pub(super) fn end(mut self) {
        if let Some(active) = &mut self.active
            && active.cadence.strides() > 0
        {
            // What the run came to is of more worth than the report.
            let _ = foreign::catch(|| active.print());
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

    fn wants_details(&self) -> bool {
        narrate::is_wanted()
    }

    fn tell(&mut self, event: Event<'_>) {
        narrate::tell(&event);
    }
}

impl Active<'_> {
    #[cold]
    fn print(&mut self) {
        let _profiler = Scope::profiler();
        let strides = self.cadence.strides();
        let now = Snapshot::take_all();
        self.report
            .write(now, strides, &mut log::wanted_memprof_line);
        self.cadence.has_reported();
    }
}
