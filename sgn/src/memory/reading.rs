//! Reading all counters, a block of sites at a time.
//!
//! Whatever is done with the numbers of a block is done while they are in the nearest cache: the
//! counters of all sites are megabytes, which pass by once.

#![expect(unsafe_code, reason = "numbers are made from zeroed pages")]

use std::ops::Range;
use std::sync::atomic::Ordering::{Acquire, Relaxed};

use super::columns::{Block, Columns, SITES};
use super::counters;
use super::owner;
use super::pages::{PageBuffer, Zeroed};
use super::site;
use super::usage::Usage;

/// All that the counters say at one moment.
pub(super) struct Reading {
    pub(super) columns: Columns,
    pub(super) owners: PageBuffer<OwnerNumbers>,
    pub(super) total: Usage,
    pub(super) live_sites: usize,
}

/// What one owner has at all its sites.
#[derive(Clone, Copy, Default)]
pub(super) struct OwnerNumbers {
    pub(super) usage: Usage,
    pub(super) peak: u64,
    /// By how much the peaks of the tables exceed what is live, in all of them together.
    headroom: i64,
    pub(super) tables: Tables,
}

// SAFETY: it is made of integers only.
unsafe impl Zeroed for OwnerNumbers {}

/// Whether something was met in no table, in one, or in several.
///
/// The number of a table is in the lower half and its complement in the upper one. So two that
/// differ have, put together, a bit of which the complement is set too.
#[derive(Clone, Copy, Default)]
pub(super) struct Tables(u32);

impl Tables {
    fn only(number: u16) -> Self {
        Self(u32::from(number) | u32::from(!number) << u16::BITS)
    }

    fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// False only if it was not met in any of the tables of `other`.
    fn may_have(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    pub(super) fn are_several(self) -> bool {
        self.0 & (self.0 >> u16::BITS) != 0
    }
}

/// In which tables the sites of a block were met.
type Met = [Tables; SITES];

impl Reading {
    /// Reads all counters; `None` if the system has no pages for the numbers.
    pub(super) fn take() -> Option<Self> {
        let end = site::end();
        let mut reading = Self {
            columns: Columns::with_room_for(end)?,
            owners: PageBuffer::new(),
            total: Usage::default(),
            live_sites: 0,
        };
        if !reading.owners.reset(owner::end()) {
            return None;
        }
        for first in (0..end).step_by(SITES) {
            reading.read(first..end.min(first + SITES))?;
        }
        reading.add_peaks();
        Some(reading)
    }

    /// Reads the counters of the sites of the next block.
    fn read(&mut self, sites: Range<usize>) -> Option<()> {
        let block = self.columns.add()?;
        let mut met = [Tables::default(); SITES];
        // All frees first: what is allocated and freed meanwhile then counts as live for once,
        // and no number is ever negative.
        read_freed(block, sites.clone());
        read_allocated(block, &mut met, sites.clone());
        let mut owner_of = [0; SITES];
        for (number, owner) in owner_of.iter_mut().zip(&site::OWNER_OF[sites]) {
            *number = owner.load(Relaxed);
        }
        // Neighbours mostly have one owner: what it has here is added up before it is looked up.
        let mut end = 0;
        for neighbours in owner_of.chunk_by(u16::eq) {
            let start = end;
            end += neighbours.len();
            let owner = usize::from(neighbours[0]);
            if owner == 0 {
                continue;
            }
            let usage = block.sum(start, end);
            let live = block.live_bytes[start..end].iter();
            self.live_sites += live.filter(|bytes| **bytes > 0).count();
            self.total += usage;
            if let Some(numbers) = self.owners.get_mut(owner) {
                numbers.usage += usage;
                let tables = met[start..end].iter();
                numbers.tables = tables.fold(numbers.tables, |all, more| all.and(*more));
            }
        }
        Some(())
    }

    fn add_peaks(&mut self) {
        for (number, shard) in (0..).zip(counters::shards()) {
            let table = Tables::only(number);
            for (numbers, headroom) in self.owners.iter_mut().zip(&shard.headroom) {
                // Where it was not met nothing is written, and what is not read takes no page.
                if numbers.tables.may_have(table) {
                    numbers.headroom += headroom.load(Relaxed);
                }
            }
        }
        for numbers in self.owners.iter_mut() {
            let live = numbers.usage.live_bytes;
            numbers.peak = live.saturating_add_signed(numbers.headroom.max(0));
        }
    }
}

/// Takes what was freed off the live numbers.
fn read_freed(block: &mut Block, sites: Range<usize>) {
    for shard in counters::shards() {
        let live = block.live_bytes.iter_mut().zip(&mut block.live_blocks);
        for ((bytes, blocks), row) in live.zip(&shard.rows[sites.clone()]) {
            *blocks = blocks.wrapping_sub(row.freed_blocks.load(Acquire));
            *bytes = bytes.wrapping_sub(row.freed_bytes.load(Acquire));
        }
    }
}

/// Adds what was allocated to the live and the total numbers.
fn read_allocated(block: &mut Block, met: &mut Met, sites: Range<usize>) {
    for (number, shard) in (0..).zip(counters::shards()) {
        let table = Tables::only(number);
        let total = block.total_bytes.iter_mut().zip(&mut block.total_blocks);
        for (((bytes, blocks), met), row) in
            total.zip(met.iter_mut()).zip(&shard.rows[sites.clone()])
        {
            let allocated = row.allocated_blocks.load(Relaxed);
            *blocks += allocated;
            *bytes += row.allocated_bytes.load(Relaxed);
            if allocated | row.freed_blocks.load(Relaxed) != 0 {
                *met = met.and(table);
            }
        }
    }
    add(&mut block.live_bytes, &block.total_bytes);
    add(&mut block.live_blocks, &block.total_blocks);
}

fn add(column: &mut [u64; SITES], more: &[u64; SITES]) {
    for (number, more) in column.iter_mut().zip(more) {
        *number = number.wrapping_add(*more);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_tables_are_told_from_one() {
        for one in [0, 1, 2, 5, 1023, 1024] {
            let only = Tables::only(one);
            assert!(!only.and(only).and(Tables::default()).are_several());
            assert!(only.may_have(only) && !Tables::default().may_have(only));
            for other in (0..1025).filter(|other| *other != one) {
                let both = only.and(Tables::only(other));
                assert!(both.are_several() && !only.may_have(Tables::only(other)));
                assert!(both.may_have(only) && both.may_have(Tables::only(other)));
            }
        }
        assert!(!Tables::default().are_several());
    }
}
