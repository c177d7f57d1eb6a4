//! Reads all counters, a chunk of sites at a time.
//!
//! The counters of all sites are megabytes, so each chunk is processed completely while it is in the L1 cache.

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

/// All counters at one moment.
pub(super) struct Counters {
    pub(super) table: Table,
    /// The index below which all sites were read.
    end: usize,
    pub(super) owners: PageBuffer<OwnerNumbers>,
    pub(super) total: Usage,
    pub(super) live_sites: usize,
    /// The variances of the estimates; `None` if all numbers are counts.
    pub(super) variances: Option<Variances>,
}

/// The sums over all sites of one owner.
#[derive(Clone, Copy, Default)]
pub(super) struct OwnerNumbers {
    pub(super) usage: Usage,
    pub(super) peak: u64,
    /// True if several tables have counts of the owner; not computed if there is only one table.
    pub(super) several_tables: bool,
    /// While the tables are looked through: the number, from one, of the latest one that was found to have counts of
    /// the owner; zero if there was none.
    table: u16,
}

// SAFETY: it consists of integers, and of a `bool` that is false.
unsafe impl Zeroed for OwnerNumbers {}

impl OwnerNumbers {
    /// Finds the tables that have counts at `sites`, which belong to the owner.
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

impl Counters {
    /// Reads all counters; `None` if the system has no pages for the numbers.
    ///
    /// Reads all frees before all allocations, so that no number is ever negative; a block that is allocated and freed
    /// in between counts as live in this snapshot. Reads the headrooms after the frees and before the allocations, so
    /// that no allocation and no free in between lowers a peak.
    pub(super) fn take() -> Option<Self> {
        Self::take_counted(None)
    }

    /// Reads all counters, and adds the estimates from the samples.
    pub(super) fn take_all() -> Option<Self> {
        let end = sites::end();
        let mut variances = Variances::with_room_for(end)?;
        let estimates = Self::by_chunk(end, |chunk, sites| variances.read(chunk, sites))?;
        Self::take_counted(Some((estimates, variances)))
    }

    fn take_counted(sampled: Option<(Self, Variances)>) -> Option<Self> {
        let view = View::new();
        let mut ended = Usage::default();
        let mut counters = Self::by_chunk(sites::end(), |chunk, sites| {
            // Read first: all blocks of an ended owner were freed, so this is a part of the frees and of the
            // allocations, and must not exceed them. Then what is live at a site never exceeds its total. An owner that
            // ends meanwhile is not seen as ended.
            if let Some(at) = sites::ended_at(sites) {
                for (index, (bytes, blocks)) in at.enumerate() {
                    // Negative until the allocations are added.
                    chunk.total_bytes[index] = bytes.wrapping_neg();
                    chunk.total_blocks[index] = blocks.wrapping_neg();
                    ended.total_bytes += bytes;
                    ended.total_blocks += blocks;
                    chunk.ended += bytes + blocks;
                }
            }
            view.tables()
                .for_each(|shard| read_freed(chunk, shard, sites));
        })?;
        counters.table.add_to(sites::ENDED.index(), ended);
        counters.add_headrooms(&view);
        let (estimates, mut variances) = sampled.unzip();
        if let Some(variances) = &mut variances {
            let ended = variances.add_ended();
            counters.table.add_to(sites::ENDED.index(), ended);
        }
        counters.sum_up(Some(&view), |chunk, sites| {
            view.tables()
                .for_each(|shard| read_allocated(chunk, shard, sites));
            let more = estimates.as_ref();
            if let Some(more) = more.and_then(|all| all.table.chunk(sites.start)) {
                chunk.add(more);
            }
        });
        counters.variances = variances;
        for numbers in counters.owners.iter_mut() {
            numbers.peak += numbers.usage.live_bytes;
        }
        Some(counters)
    }

    /// Reads the estimates from the samples; `None` if the system has no pages for the numbers.
    pub(super) fn take_sampled() -> Option<Self> {
        let end = sites::end();
        let mut variances = Variances::with_room_for(end)?;
        let mut counters = Self::by_chunk(end, |chunk, sites| variances.read(chunk, sites))?;
        counters
            .table
            .add_to(sites::ENDED.index(), variances.add_ended());
        counters.sum_up(None, |_, _| ());
        for numbers in counters.owners.iter_mut() {
            numbers.peak = numbers.usage.live_bytes;
        }
        counters.variances = Some(variances);
        Some(counters)
    }

    /// Calls `read` with a zeroed chunk for each range of sites below `end`; `None` if the system has no pages.
    fn by_chunk(end: usize, mut read: impl FnMut(&mut Chunk, &Range<usize>)) -> Option<Self> {
        let mut counters = Self {
            table: Table::with_room_for(end)?,
            end,
            owners: PageBuffer::new(),
            total: Usage::default(),
            live_sites: 0,
            variances: None,
        };
        if !counters.owners.reset(names::end()) {
            return None;
        }
        for first in (0..end).step_by(CHUNK) {
            read(counters.table.add()?, &(first..end.min(first + CHUNK)));
        }
        Some(counters)
    }

    /// Returns the same numbers without their variances; `None` if the system has no pages.
    pub(super) fn copy(&self) -> Option<Self> {
        Some(Self {
            table: self.table.copy()?,
            end: self.end,
            owners: self.owners.copy()?,
            total: self.total,
            live_sites: self.live_sites,
            variances: None,
        })
    }

    #[cfg(feature = "viewers")]
    /// Returns counters that are all zero, with room for `sites` sites; `None` if the system has no pages.
    pub(super) fn nothing(sites: usize) -> Option<Self> {
        Self::by_chunk(sites, |_, _| ())
    }

    #[cfg(feature = "viewers")]
    /// Sums up what was set in the table, up to the site `end`; returns the owners, whose peaks are zero.
    pub(super) fn finish_rebuilt(&mut self, end: usize) -> Option<&mut [OwnerNumbers]> {
        self.end = end;
        self.owners.reset(names::end()).then_some(())?;
        self.sum_up(None, |_, _| ());
        Some(&mut self.owners)
    }

    /// Adds each table's headroom (peak minus live bytes) to the peaks of the owners. The live bytes plus all headrooms
    /// are the sum of the tables' peaks, an upper bound of the owner's peak.
    fn add_headrooms(&mut self, view: &View) {
        for shard in view.tables() {
            for (numbers, headroom) in self.owners.iter_mut().zip(&shard.headroom) {
                // Acquire: whoever reads the allocations after this sees those that the headroom includes.
                let headroom = u64::try_from(headroom.load(Acquire));
                numbers.peak += headroom.unwrap_or(0);
            }
        }
    }

    /// Calls `read` to add to the numbers of each chunk, and sums up.
    fn sum_up(&mut self, view: Option<&View>, read: impl Fn(&mut Chunk, &Range<usize>)) {
        for (sites, chunk) in self.table.chunks_mut(self.end) {
            read(chunk, &sites);
            self.live_sites += chunk.live_sites();
            let sum = add_to_owners(chunk, &sites, &mut self.owners, view);
            chunk.summarise(sum);
            self.total += sum;
        }
    }
}

/// Subtracts the frees from the live numbers.
fn read_freed(chunk: &mut Chunk, shard: &Shard, sites: &Range<usize>) {
    let freed = shard.freed_blocks.of(sites).iter();
    for (blocks, freed) in chunk.live_blocks.iter_mut().zip(freed) {
        *blocks = blocks.wrapping_sub(freed.load(Acquire));
    }
    let freed = shard.freed_bytes.of(sites).iter();
    for (bytes, freed) in chunk.live_bytes.iter_mut().zip(freed) {
        *bytes = bytes.wrapping_sub(freed.load(Acquire));
    }
}

/// Adds the allocations to the live and to the total numbers.
fn read_allocated(chunk: &mut Chunk, shard: &Shard, sites: &Range<usize>) {
    let add = |live: &mut [u64], total: &mut [u64], allocated: &[AtomicU64]| {
        for ((live, total), allocated) in live.iter_mut().zip(total).zip(allocated) {
            let allocated = allocated.load(Relaxed);
            *total = total.wrapping_add(allocated);
            *live = live.wrapping_add(allocated);
        }
    };
    let allocated = shard.allocated_blocks.of(sites);
    add(&mut chunk.live_blocks, &mut chunk.total_blocks, allocated);
    let allocated = shard.allocated_bytes.of(sites);
    add(&mut chunk.live_bytes, &mut chunk.total_bytes, allocated);
}

/// Adds the numbers of a chunk to those of their owners, and returns their sum.
fn add_to_owners(
    chunk: &Chunk,
    sites: &Range<usize>,
    owners: &mut [OwnerNumbers],
    view: Option<&View>,
) -> Usage {
    let view = view.filter(|view| view.tables().nth(1).is_some());
    let mut all = Usage::default();
    let mut add = |owner: u16, sites: Range<usize>, usage: Usage| {
        // A site without an owner is just being made: nothing is counted there yet.
        if let (Some(numbers), true) = (owners.get_mut(usize::from(owner)), owner != 0) {
            numbers.usage += usage;
            all += usage;
            if let Some(view) = view {
                numbers.look_for_tables(&sites, view);
            }
        }
    };
    // Neighbouring sites mostly have one owner: their numbers are added up before the owner is looked up.
    let (mut current, mut start, mut sum) = (0, sites.start, Usage::default());
    for ((usage, owner), site) in chunk
        .iter()
        .zip(&sites::OWNER_OF[sites.clone()])
        .zip(sites.clone())
    {
        let owner = owner.load(Relaxed);
        if owner != current {
            add(current, start..site, std::mem::take(&mut sum));
            (current, start) = (owner, site);
        }
        sum += usage;
    }
    add(current, start..sites.end, sum);
    all
}
