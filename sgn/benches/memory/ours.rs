//! The profiler of `sgn`, as the workloads see it.

use sgn::memory::{self, Mark, OwnerId, Scope, mark, register};

use super::workloads::{LINES, Profiler, STEPS};

static MARKS: [Mark; LINES] = [
    Mark::new("workloads.rs", 1, "names"),
    Mark::new("workloads.rs", 2, "samples"),
    Mark::new("workloads.rs", 3, "a"),
    Mark::new("workloads.rs", 4, "b"),
    Mark::new("workloads.rs", 5, "c"),
    Mark::new("workloads.rs", 6, "d"),
    Mark::new("workloads.rs", 7, "e"),
    Mark::new("workloads.rs", 8, "sink"),
];

/// Counts for the step, and if the state is `lines` for the line too; not at all if it is `off`.
///
/// If it is `absent`, steps and lines are told, and there is no counting allocator to hear of them.
pub(crate) struct Ours {
    owners: [OwnerId; STEPS.len()],
    lines: bool,
}

impl Ours {
    pub(crate) fn new() -> Self {
        Self {
            owners: STEPS.map(register),
            lines: false,
        }
    }
}

impl Profiler for Ours {
    fn start(&mut self, state: &str) {
        self.lines = matches!(state, "lines" | "absent");
        if !matches!(state, "off" | "absent") {
            assert!(memory::enable());
        }
    }

    #[inline]
    fn within<R>(&mut self, step: usize, work: impl FnOnce() -> R) -> R {
        let _scope = Scope::enter(self.owners[step]);
        work()
    }

    #[inline]
    fn line(&self, line: usize) {
        if self.lines {
            mark(&MARKS[line]);
        }
    }
}
