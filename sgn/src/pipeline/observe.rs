//! Passes the events of a run on to the memory report and to the log.

use super::narrate;
use crate::element::Role;
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
    let elements = || graph.nodes().iter().map(|node| (node.name(), word(node)));
    let roles = RolesScope::enter(elements());
    if level_is_set {
        log::check_requests(elements());
    }
    Ok(roles)
}

fn word(node: &Node) -> &'static str {
    match node.role() {
        Role::Source => "source",
        Role::Transform => "transform",
        Role::Sink => "sink",
    }
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
        narrate::is_wanted()
    }

    fn tell(&mut self, event: Event<'_>) {
        narrate::tell(&event);
    }
}
