//! Reading all counters, a block of sites at a time.
//!
//! Whatever is done with the numbers of a block is done while they are in the nearest cache: the
//! counters of all sites are megabytes, which pass by once.

#![expect(unsafe_code, reason = "numbers are made from zeroed pages")]

use std::ops::Range;
use std::ptr;
use std::sync::atomic::{
    AtomicU64,
    Ordering::{Acquire, Relaxed},
};

use crate::memory::id::limits::CHUNK;
use crate::memory::id::names;
use crate::memory::id::sites;
use crate::memory::snapshot::estimate::Variances;
use crate::memory::snapshot::table::{Chunk, Table};
use crate::memory::snapshot::usage::Usage;
use crate::memory::sys::pages::{PageBuffer, Zeroed};
use crate::memory::thread::shard::Shard;
use crate::memory::thread::tables::View;

/// All that the counters say at one moment.
pub(super) struct Reading {
    pub(super) columns: Table,
    /// One more than the index of the last site that was read.
    end: usize,
    pub(super) owners: PageBuffer<OwnerNumbers>,
    pub(super) total: Usage,
    pub(super) live_sites: usize,
    /// How far the numbers are off; `None` of counts.
    pub(super) variances: Option<Variances>,
}

/// What one owner has at all its sites.
#[derive(Clone, Copy, Default)]
pub(super) struct OwnerNumbers {
    pub(super) usage: Usage,
    pub(super) peak: u64,
    /// Whether it was met in several tables; where there is one only, nobody looks.
    pub(super) several_tables: bool,
    /// The number of the table in which it was met last, from one.
    table: u16,
}

// SAFETY: it is made of integers, and of a `bool` that is false.
unsafe impl Zeroed for OwnerNumbers {}

impl OwnerNumbers {
    /// Learns in which tables something was counted at `sites`, which are the owner's.
    fn look_for_tables(&mut self, sites: &Range<usize>, view: &View) {
        for (number, shard) in (1..).zip(view.tables()) {
            if self.several_tables || self.table == number {
                continue;
            }
            let allocated = shard.allocated_blocks.of(sites).iter();
            let mut blocks = allocated.chain(shard.freed_blocks.of(sites));
            if blocks.any(|blocks| blocks.load(Relaxed) != 0) {
                let is_merged = view.merged().is_some_and(|merged| ptr::eq(merged, shard));
                self.several_tables = self.table != 0 || is_merged;
                self.table = number;
            }
        }
    }
}

impl Reading {
    /// Reads all counters; `None` if the system has no pages for the numbers.
    ///
    /// All frees before all allocations: what is allocated and freed meanwhile then counts as live
    /// for once, and no number is ever negative. In between, what is live in each table less than
    /// its peak: then nothing that happens meanwhile makes a peak less than it was.
    pub(super) fn take() -> Option<Self> {
        Self::take_counted(None)
    }

    /// Reads all counters, and adds what the samples stand for.
    pub(super) fn take_all() -> Option<Self> {
        let end = sites::end();
        let mut variances = Variances::with_room_for(end)?;
        let estimates = Self::of_blocks(end, |block, sites| variances.read(block, sites))?;
        Self::take_counted(Some((estimates, variances)))
    }

    fn take_counted(sampled: Option<(Self, Variances)>) -> Option<Self> {
        let view = View::new();
        let mut ended = Usage::default();
        let mut reading = Self::of_blocks(sites::end(), |block, sites| {
            // Before what was freed, of which it is a part: then an owner that ends meanwhile is one that
            // lives, with all its numbers, and what lives at a site is never more than its total.
            if let Some(at) = sites::ended_at(sites) {
                for (place, (bytes, blocks)) in at.enumerate() {
                    block.total_bytes[place] = bytes.wrapping_neg();
                    block.total_blocks[place] = blocks.wrapping_neg();
                    ended.total_bytes += bytes;
                    ended.total_blocks += blocks;
                    block.ended += bytes + blocks;
                }
            }
            view.tables()
                .for_each(|shard| read_freed(block, shard, sites));
        })?;
        reading.columns.add_to(sites::ENDED.index(), ended);
        reading.add_headrooms(&view);
        let (estimates, mut variances) = sampled.unzip();
        if let Some(variances) = &mut variances {
            let ended = variances.settle_ended();
            reading.columns.add_to(sites::ENDED.index(), ended);
        }
        reading.sum_up(Some(&view), |block, sites| {
            view.tables()
                .for_each(|shard| read_allocated(block, shard, sites));
            let more = estimates.as_ref();
            if let Some(more) = more.and_then(|all| all.columns.block(sites.start)) {
                block.add(more);
            }
        });
        reading.variances = variances;
        for numbers in reading.owners.iter_mut() {
            numbers.peak += numbers.usage.live_bytes;
        }
        Some(reading)
    }

    /// Reads what the samples stand for; `None` if the system has no pages for the numbers.
    pub(super) fn take_sampled() -> Option<Self> {
        let end = sites::end();
        let mut variances = Variances::with_room_for(end)?;
        let mut reading = Self::of_blocks(end, |block, sites| variances.read(block, sites))?;
        reading
            .columns
            .add_to(sites::ENDED.index(), variances.settle_ended());
        reading.sum_up(None, |_, _| ());
        for numbers in reading.owners.iter_mut() {
            numbers.peak = numbers.usage.live_bytes;
        }
        reading.variances = Some(variances);
        Some(reading)
    }

    /// Has `read` fill blocks of zeros for the sites below `end`; `None` if the system has no pages.
    fn of_blocks(end: usize, mut read: impl FnMut(&mut Chunk, &Range<usize>)) -> Option<Self> {
        let mut reading = Self {
            columns: Table::with_room_for(end)?,
            end,
            owners: PageBuffer::new(),
            total: Usage::default(),
            live_sites: 0,
            variances: None,
        };
        if !reading.owners.reset(names::end()) {
            return None;
        }
        for first in (0..end).step_by(CHUNK) {
            read(reading.columns.add()?, &(first..end.min(first + CHUNK)));
        }
        Some(reading)
    }

    /// What each table is above what is live there: together, the most that may have been live at
    /// once is so much more.
    fn add_headrooms(&mut self, view: &View) {
        for shard in view.tables() {
            for (numbers, headroom) in self.owners.iter_mut().zip(&shard.headroom) {
                // Acquire: the allocations that it knows are seen by whoever reads them next.
                let headroom = u64::try_from(headroom.load(Acquire));
                numbers.peak += headroom.unwrap_or(0);
            }
        }
    }

    /// Has `read` add to the numbers of each block, and sums up.
    fn sum_up(&mut self, view: Option<&View>, read: impl Fn(&mut Chunk, &Range<usize>)) {
        for (sites, block) in self.columns.blocks_mut(self.end) {
            read(block, &sites);
            self.live_sites += block.live_sites();
            let sum = add_to_owners(block, &sites, &mut self.owners, view);
            block.summarise(sum);
            self.total += sum;
        }
    }
}

/// Takes what was freed off the live numbers.
fn read_freed(block: &mut Chunk, shard: &Shard, sites: &Range<usize>) {
    let freed = shard.freed_blocks.of(sites).iter();
    for (blocks, freed) in block.live_blocks.iter_mut().zip(freed) {
        *blocks = blocks.wrapping_sub(freed.load(Acquire));
    }
    let freed = shard.freed_bytes.of(sites).iter();
    for (bytes, freed) in block.live_bytes.iter_mut().zip(freed) {
        *bytes = bytes.wrapping_sub(freed.load(Acquire));
    }
}

/// Adds what was allocated to the live and to the total numbers.
fn read_allocated(block: &mut Chunk, shard: &Shard, sites: &Range<usize>) {
    let add = |live: &mut [u64], total: &mut [u64], allocated: &[AtomicU64]| {
        for ((live, total), allocated) in live.iter_mut().zip(total).zip(allocated) {
            let allocated = allocated.load(Relaxed);
            *total = total.wrapping_add(allocated);
            *live = live.wrapping_add(allocated);
        }
    };
    let allocated = shard.allocated_blocks.of(sites);
    add(&mut block.live_blocks, &mut block.total_blocks, allocated);
    let allocated = shard.allocated_bytes.of(sites);
    add(&mut block.live_bytes, &mut block.total_bytes, allocated);
}

/// Adds the numbers of a block to those of their owners, and says what was added in all.
fn add_to_owners(
    block: &Chunk,
    sites: &Range<usize>,
    owners: &mut [OwnerNumbers],
    view: Option<&View>,
) -> Usage {
    let view = view.filter(|view| view.tables().nth(1).is_some());
    let mut all = Usage::default();
    let mut add = |owner: u16, sites: Range<usize>, usage: Usage| {
        // A site without an owner is being made: nothing is counted there before.
        if let (Some(numbers), true) = (owners.get_mut(usize::from(owner)), owner != 0) {
            numbers.usage += usage;
            all += usage;
            if let Some(view) = view {
                numbers.look_for_tables(&sites, view);
            }
        }
    };
    // Neighbours mostly have one owner: what it has here is added up before it is looked up.
    let (mut of, mut start, mut here) = (0, sites.start, Usage::default());
    for ((usage, owner), site) in block
        .iter()
        .zip(&sites::OWNER_OF[sites.clone()])
        .zip(sites.clone())
    {
        let owner = owner.load(Relaxed);
        if owner != of {
            add(of, start..site, std::mem::take(&mut here));
            (of, start) = (owner, site);
        }
        here += usage;
    }
    add(of, start..sites.end, here);
    all
}
