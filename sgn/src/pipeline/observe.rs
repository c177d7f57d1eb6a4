//! Passes the events of a run on to the memory report and to the log.

use super::narrate;
use crate::environment;
use crate::error::{Error, ErrorKind, Result};
use crate::graph::{Graph, Node};
use crate::log::{self, RolesScope};
use crate::memory::Scope;
use crate::memory_report::Driver;
use crate::scheduler::{Event, Observer};

/// Sets logging up by `SGNLOGLEVEL` if it is set, and gives the elements of `graph` the levels of their roles while the
/// returned value lives.
///
/// # Errors
///
/// An item of `SGNLOGLEVEL` that cannot be read.
pub(super) fn set_up_log(graph: &Graph) -> Result<RolesScope> {
    let level_is_set = environment::has_levels();
    if level_is_set {
        log::init().map_err(|error| {
            Error::new(ErrorKind::Environment, error.to_string()).caused_by(error)
        })?;
    }
    let _profiler = Scope::profiler();
    let elements = || {
        graph
            .nodes()
            .iter()
            .map(|node| (node.name(), node.role().word()))
    };
    let roles = RolesScope::enter(elements());
    if level_is_set {
        log::check_requests(elements());
    }
    Ok(roles)
}

impl Observer for Driver<'_> {
    #[inline]
    fn after_stride(&mut self, number: u64) -> bool {
        self.after_stride(number)
    }

    fn look(&mut self, nodes: &mut [&mut Node]) {
        self.look(nodes);
    }

    fn wants_details(&self) -> bool {
        narrate::is_wanted() || self.is_recorded()
    }

    fn tell(&mut self, event: Event<'_>) {
        narrate::tell(&event);
        if self.is_recorded() {
            let _profiler = Scope::profiler();
            let (kind, text) = recorded(&event);
            self.event(kind, text);
        }
    }
}

/// Returns the kind of an event, and its words, as the memory profile has them.
fn recorded(event: &Event<'_>) -> (&'static str, String) {
    match event {
        Event::Started { order } => ("start", format!("{} elements", order.len())),
        Event::Interrupted(signal) => ("stop", signal.to_string()),
        Event::Stopping(cause) => ("stop", cause.to_string()),
        Event::GaveEos { element, pad, .. } => {
            ("eos", format!("`{element}` gave its first EOS on `{pad}`"))
        }
        Event::SinkEnded { element, .. } => ("eos", format!("sink `{element}` ended")),
        Event::BrokenBudget(error) => ("budget", error.to_string()),
        Event::SourcesEnded { .. } => ("eos", String::from("all sources have ended")),
        Event::Waiting { element, pad, .. } => (
            "eos",
            format!("the run waits for `{element}` to give EOS on `{pad}`"),
        ),
    }
}
