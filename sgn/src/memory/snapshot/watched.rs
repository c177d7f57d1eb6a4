//! The counters of a few owners, read again and again without a snapshot.

use std::sync::atomic::Ordering::{Acquire, Relaxed};

use crate::memory::id::mark::Mark;
use crate::memory::id::owner::OwnerId;
use crate::memory::id::sites::{self, SiteId};
use crate::memory::sys::pages::PageBuffer;
use crate::memory::thread::tables::View;

/// The counters of some owners: what is live at their lines, and the blocks allocated there between two readings.
///
/// A reading costs three loads for each line of these owners and each thread, and allocates nothing through the counted
/// allocator. Sampled blocks are not in it.
pub(crate) struct WatchedOwners {
    owners: PageBuffer<Watched>,
    lines: PageBuffer<Line>,
}

#[derive(Clone, Copy)]
struct Watched {
    owner: OwnerId,
    /// The site that was made last, of those in `lines`.
    newest: Option<SiteId>,
}

#[derive(Clone, Copy)]
struct Line {
    owner: OwnerId,
    site: SiteId,
    live_bytes: u64,
    /// The blocks ever allocated, at the last reading and at the one before.
    blocks: u64,
    blocks_before: u64,
}

impl Line {
    const fn new_blocks(&self) -> u64 {
        self.blocks.saturating_sub(self.blocks_before)
    }
}

/// One line of one owner, by the last reading.
#[derive(Clone, Copy, Debug)]
pub(crate) struct WatchedLine {
    pub(crate) owner: OwnerId,
    /// `None` for what the owner allocates outside of marked statements.
    pub(crate) mark: Option<&'static Mark>,
    pub(crate) live_bytes: u64,
    /// The blocks allocated since the reading before.
    pub(crate) new_blocks: u64,
}

impl WatchedOwners {
    /// Returns the counters of `owners`, not read yet; `None` if the system has no pages for them.
    pub(crate) fn new(owners: impl Iterator<Item = OwnerId>) -> Option<Self> {
        let mut watched = Self {
            owners: PageBuffer::new(),
            lines: PageBuffer::new(),
        };
        for owner in owners {
            let newest = None;
            watched
                .owners
                .push(Watched { owner, newest })
                .then_some(())?;
        }
        Some(watched)
    }

    /// Reads the counters; `false` if the system has no pages for lines that allocate for the first time.
    ///
    /// Reads all frees before all allocations, as [`Snapshot::take`](crate::memory::Snapshot::take) does.
    pub(crate) fn read(&mut self) -> bool {
        let is_complete = self.find_new_lines();
        let view = View::new();
        for line in self.lines.iter_mut() {
            line.live_bytes = 0;
            line.blocks_before = std::mem::take(&mut line.blocks);
        }
        for shard in view.tables() {
            for line in self.lines.iter_mut() {
                let freed = shard.freed_bytes.at(line.site).load(Acquire);
                line.live_bytes = line.live_bytes.wrapping_sub(freed);
            }
        }
        for shard in view.tables() {
            for line in self.lines.iter_mut() {
                let bytes = shard.allocated_bytes.at(line.site).load(Relaxed);
                line.live_bytes = line.live_bytes.wrapping_add(bytes);
                line.blocks += shard.allocated_blocks.at(line.site).load(Relaxed);
            }
        }
        is_complete
    }

    /// Adds the lines at which the owners have allocated for the first time since the last reading. An owner's list of
    /// sites grows at its start, and nothing is ever taken from it.
    fn find_new_lines(&mut self) -> bool {
        let mut is_complete = true;
        for watched in self.owners.iter_mut() {
            let owner = watched.owner;
            let mut all = sites::of_owner(owner);
            let newest = all.clone().next();
            if newest == watched.newest {
                continue;
            }
            let known = self.lines.len();
            let is_ready = all
                .by_ref()
                .take_while(|site| Some(*site) != watched.newest)
                .all(|site| {
                    self.lines.push(Line {
                        owner,
                        site,
                        live_bytes: 0,
                        blocks: 0,
                        blocks_before: 0,
                    })
                });
            if is_ready {
                watched.newest = newest;
            } else {
                self.lines.truncate(known);
                is_complete = false;
            }
        }
        is_complete
    }

    /// Returns the bytes that were live at the last reading.
    pub(crate) fn live_bytes(&self) -> u64 {
        self.lines
            .iter()
            .fold(0, |sum, line| line.live_bytes.wrapping_add(sum))
    }

    /// Returns the number of blocks that were allocated between the last two readings.
    pub(crate) fn new_blocks(&self) -> u64 {
        self.lines.iter().map(Line::new_blocks).sum()
    }

    /// Returns the line with the most live bytes.
    pub(crate) fn largest(&self) -> Option<WatchedLine> {
        self.greatest(|line| line.live_bytes)
    }

    /// Returns the line at which the most blocks were allocated between the last two readings.
    pub(crate) fn busiest(&self) -> Option<WatchedLine> {
        self.greatest(Line::new_blocks)
    }

    fn greatest(&self, number: impl Fn(&Line) -> u64) -> Option<WatchedLine> {
        let lines = self.lines.iter().filter(|line| number(line) > 0);
        lines
            .max_by_key(|line| number(line))
            .map(|line| WatchedLine {
                owner: line.owner,
                mark: sites::mark_of(line.site),
                live_bytes: line.live_bytes,
                new_blocks: line.new_blocks(),
            })
    }
}
