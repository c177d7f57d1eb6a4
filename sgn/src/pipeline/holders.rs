//! The holders of memory, asked between two runs.

use std::time::Duration;

use super::Pipeline;
use crate::error::{Error, ErrorKind, Result};
use crate::memory::Holders;
use crate::memory::census::census::Limits;

/// The time that a census waits for other threads, and that it searches.
const LIMITS: Limits = Limits {
    park: Duration::from_millis(500),
    search: Duration::from_secs(10),
};

impl Pipeline {
    /// Takes a census: finds out who keeps each live block of the process alive, whoever allocated it.
    ///
    /// It walks the fields of the elements by their types, and then everything that can be reached from them, from
    /// statics, stacks and other memory. So it names the element and field that holds a block, several if they share it,
    /// or nobody: then the block is leaked, if a second census says so, too. [The guide](crate::guide::memory) says how
    /// that works, and what it cannot see.
    ///
    /// The program must install its allocator by `counting_allocator!(holders)`, and count. All other threads of the
    /// process are stopped by a signal meanwhile, and calls that no handler restarts, such as `poll`, return `EINTR` in
    /// them.
    ///
    /// # Errors
    ///
    /// The allocator keeps no index, blocks are not counted, or the system does not allow it.
    ///
    /// # Cost
    ///
    /// About 0.3 µs for each live block, and 0.1 s for each GiB of them. It gives up after ten seconds, and then says
    /// so.
    ///
    /// ```
    /// use sgn::elements::{IterSource, NullSink};
    /// use sgn::memory::{self, HolderKind};
    /// use sgn::prelude::*;
    ///
    /// sgn::counting_allocator!(holders);
    ///
    /// #[sgn::transform]
    /// fn history(text: String, #[state] seen: &mut Vec<String>) -> usize {
    ///     seen.push(text);
    ///     seen.len()
    /// }
    ///
    /// fn main() -> sgn::Result<()> {
    ///     memory::enable();
    ///     let mut pipeline = Pipeline::new();
    ///     let texts = (0..100).map(|n| format!("text {n}"));
    ///     pipeline.connect(IterSource::builder("src").iter("out", texts), history::builder("history"))?;
    ///     pipeline.connect("history", NullSink::<usize>::builder("snk").sink_pads(["in"]))?;
    ///     pipeline.run()?;
    ///
    ///     let holders = pipeline.holders()?;
    ///     assert!(holders.doubt().is_none());
    ///     let seen = holders.lines().filter(|line| line.holder.names().eq(["history.seen"]));
    ///     let texts = seen.filter(|line| line.owner.name().as_str() == "src:src:out");
    ///     assert_eq!(texts.map(|line| line.blocks).sum::<u64>(), 100);
    ///
    ///     let all: u64 = holders.lines().map(|line| line.bytes).sum();
    ///     assert_eq!(all + holders.not_found().0, holders.snapshot().total().live_bytes);
    ///     assert!(holders.lines().all(|line| line.holder.kind() != HolderKind::Unreachable));
    ///     Ok(())
    /// }
    /// ```
    pub fn holders(&mut self) -> Result<Holders> {
        self.graph
            .census(LIMITS, &mut self.past.unreachable)
            .map_err(|missing| Error::new(ErrorKind::Profiler, format!("no census: {missing}")))
    }
}
