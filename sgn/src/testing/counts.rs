//! The allocations of an element in a stride.

use crate::error::{Error, ErrorKind, Result};
use crate::graph::Node;
use crate::memory::{self, Change, OwnerId, Snapshot, Usage};

/// The allocations of one element by pad, in the last stride.
#[derive(Debug)]
pub(super) struct Counts {
    owners: Vec<OwnerId>,
    before: Vec<Usage>,
    last: Vec<Change>,
}

impl Counts {
    /// Starts to count.
    pub(super) fn start(node: &Node) -> Result<Self> {
        if !memory::is_installed() {
            return Err(Error::new(
                ErrorKind::Profiler,
                "allocations are counted by the counting allocator, which this program has not; write \
                 `sgn::counting_allocator!();` at the top of the test file",
            ));
        }
        if !memory::enable() {
            return Err(Error::new(
                ErrorKind::Profiler,
                "the system refuses the memory for counting allocations",
            ));
        }
        let sinks = node.sinks.iter().map(|pad| pad.owner);
        let sources = node.sources.iter().map(|pad| pad.owner);
        let owners: Vec<OwnerId> = sinks
            .chain([node.internal_owner()])
            .chain(sources)
            .collect();
        Ok(Self {
            before: vec![Usage::default(); owners.len()],
            last: vec![Change::default(); owners.len()],
            owners,
        })
    }

    pub(super) fn begin(&mut self) {
        let _scope = memory::Scope::profiler();
        let now = Snapshot::take();
        for (owner, before) in self.owners.iter().zip(&mut self.before) {
            *before = now.owner(*owner).usage;
        }
    }

    pub(super) fn end(&mut self) {
        let _scope = memory::Scope::profiler();
        let now = Snapshot::take();
        let befores = self.owners.iter().zip(&self.before);
        for ((owner, before), last) in befores.zip(&mut self.last) {
            *last = now.owner(*owner).usage.since(*before);
        }
    }

    pub(super) fn all(&self) -> Change {
        self.last
            .iter()
            .fold(Change::default(), |sum, change| Change {
                live_bytes: sum.live_bytes + change.live_bytes,
                live_blocks: sum.live_blocks + change.live_blocks,
                total_bytes: sum.total_bytes + change.total_bytes,
                total_blocks: sum.total_blocks + change.total_blocks,
            })
    }

    pub(super) fn of(&self, owner: OwnerId) -> Change {
        let place = self.owners.iter().position(|own| *own == owner);
        place.map_or_else(Change::default, |place| self.last[place])
    }
}
