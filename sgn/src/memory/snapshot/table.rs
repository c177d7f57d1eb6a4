//! The numbers of all sites, kept column by column.
//!
//! Whoever ranks lines looks at one number of each: in columns that is a quarter of the memory to
//! go through. The columns are cut into blocks, so that what is read of a site is written once, and
//! while it is at hand.

#![expect(unsafe_code, reason = "numbers are made from zeroed pages")]

use std::ops::Range;

use crate::memory::id::limits::CHUNK;
use crate::memory::snapshot::usage::Usage;
use crate::memory::sys::pages::{PageBuffer, Zeroed};

/// The numbers of neighbouring sites.
#[derive(Clone, Copy)]
pub(super) struct Chunk {
    pub(super) live_bytes: [u64; CHUNK],
    pub(super) live_blocks: [u64; CHUNK],
    pub(super) total_bytes: [u64; CHUNK],
    pub(super) total_blocks: [u64; CHUNK],
    /// What was taken off the totals, bytes and blocks, for owners that have ended. It only grows.
    pub(super) ended: u64,
    pub(super) summary: Summary,
}

/// What tells of a block whether it is worth looking at its sites.
#[derive(Clone, Copy)]
pub(super) struct Summary {
    /// What all sites have together.
    pub(super) sum: Usage,
    /// The bits that are set in any of the live bytes: no site has more.
    pub(super) live_bytes_bits: u64,
    /// The bits that are set in any of the live blocks: no site has more.
    pub(super) live_blocks_bits: u64,
}

// SAFETY: it is made of integers only.
unsafe impl Zeroed for Chunk {}

impl Chunk {
    /// The numbers of the site at `place`, which is below [`CHUNK`].
    pub(super) fn at(&self, place: usize) -> Usage {
        Usage {
            live_bytes: self.live_bytes[place],
            live_blocks: self.live_blocks[place],
            total_bytes: self.total_bytes[place],
            total_blocks: self.total_blocks[place],
        }
    }

    /// The numbers of all its sites.
    #[inline]
    pub(super) fn iter(&self) -> impl Iterator<Item = Usage> {
        let live = self.live_bytes.iter().zip(&self.live_blocks);
        let total = self.total_bytes.iter().zip(&self.total_blocks);
        live.zip(total).map(
            |((live_bytes, live_blocks), (total_bytes, total_blocks))| Usage {
                live_bytes: *live_bytes,
                live_blocks: *live_blocks,
                total_bytes: *total_bytes,
                total_blocks: *total_blocks,
            },
        )
    }

    /// Adds the numbers of `other`, which are of the same sites.
    pub(super) fn add(&mut self, other: &Self) {
        let add = |sums: &mut [u64; CHUNK], more: &[u64; CHUNK]| {
            for (sum, more) in sums.iter_mut().zip(more) {
                *sum = sum.wrapping_add(*more);
            }
        };
        add(&mut self.live_bytes, &other.live_bytes);
        add(&mut self.live_blocks, &other.live_blocks);
        add(&mut self.total_bytes, &other.total_bytes);
        add(&mut self.total_blocks, &other.total_blocks);
        self.ended += other.ended;
    }

    /// How many of its sites have live bytes.
    pub(super) fn live_sites(&self) -> usize {
        self.live_bytes.iter().filter(|bytes| **bytes > 0).count()
    }

    /// Sums up what its sites have, of which the sum is known.
    pub(super) fn summarise(&mut self, sum: Usage) {
        let bits = |column: &[u64; CHUNK]| column.iter().fold(0, |bits, number| bits | number);
        self.summary = Summary {
            sum,
            live_bytes_bits: bits(&self.live_bytes),
            live_blocks_bits: bits(&self.live_blocks),
        };
    }

    /// Whether nothing was counted at any of its sites between this and `other`.
    ///
    /// What was allocated only grows, and so does what was freed, which is the total less what is
    /// live: where their sums are the same, each of them is, if no owner has ended in between.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.summary.sum == other.summary.sum && self.ended == other.ended
    }
}

/// The blocks of all sites, by the index of the site.
pub(super) struct Table {
    blocks: PageBuffer<Chunk>,
}

impl Table {
    /// Table without a block, with pages for `sites` sites; `None` if the system has none.
    pub(super) fn with_room_for(sites: usize) -> Option<Self> {
        let mut blocks = PageBuffer::new();
        blocks
            .reserve(sites.div_ceil(CHUNK))
            .then_some(Self { blocks })
    }

    /// Adds a block of zeros after the others; `None` if the system has no pages.
    pub(super) fn add(&mut self) -> Option<&mut Chunk> {
        self.blocks.push_zeroed()
    }

    /// Adds to the totals of the site at `index`, if there is one.
    pub(super) fn add_to(&mut self, index: usize, more: Usage) {
        if let Some(block) = self.blocks.get_mut(index / CHUNK) {
            let place = index % CHUNK;
            block.total_bytes[place] += more.total_bytes;
            block.total_blocks[place] += more.total_blocks;
        }
    }

    /// The blocks, and which sites below `end` each has.
    pub(super) fn blocks_mut(
        &mut self,
        end: usize,
    ) -> impl Iterator<Item = (Range<usize>, &mut Chunk)> {
        let sites = (0..end).step_by(CHUNK);
        let sites = sites.map(move |first| first..end.min(first + CHUNK));
        sites.zip(self.blocks.iter_mut())
    }

    /// The blocks, and the index of the first site of each.
    pub(super) fn blocks(&self) -> impl Iterator<Item = (usize, &Chunk)> {
        (0..).step_by(CHUNK).zip(self.blocks.iter())
    }

    /// The block that starts at the site `first`; `None` if there is none.
    pub(super) fn block(&self, first: usize) -> Option<&Chunk> {
        self.blocks.get(first / CHUNK)
    }

    /// The numbers of a site; zero if it did not exist yet.
    pub(super) fn at(&self, index: usize) -> Usage {
        let block = self.blocks.get(index / CHUNK);
        block.map_or_else(Usage::default, |block| block.at(index % CHUNK))
    }

    /// The sites at which anything was ever counted, and their numbers.
    pub(super) fn used(&self) -> impl Iterator<Item = (usize, Usage)> {
        self.blocks().flat_map(|(first, block)| {
            // A site whose first block is being counted may have bytes and no block yet.
            let is_used =
                |place: &usize| block.total_blocks[*place] | block.total_bytes[*place] != 0;
            let used = (0..CHUNK).filter(is_used);
            used.map(move |place| (first + place, block.at(place)))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(blocks: usize) -> Table {
        let mut columns = Table::with_room_for(blocks * CHUNK).expect("pages");
        for _ in 0..blocks {
            columns.add().expect("pages");
        }
        columns
    }

    #[test]
    fn a_site_is_found_by_its_index() {
        let mut columns = columns(2);
        let block = &mut columns.blocks[1];
        (block.total_blocks[3], block.live_bytes[3]) = (2, 50);
        block.total_bytes[7] = 5;
        let used: Vec<usize> = columns.used().map(|(index, _)| index).collect();
        assert_eq!(used, [CHUNK + 3, CHUNK + 7]);
        assert_eq!(columns.at(CHUNK + 3).live_bytes, 50);
        assert_eq!(columns.at(CHUNK + 4), Usage::default());
        assert_eq!(columns.at(2 * CHUNK), Usage::default());
        assert!(columns.block(2 * CHUNK).is_none());
    }

    #[test]
    fn no_site_of_a_block_exceeds_its_bits() {
        let mut columns = columns(2);
        let block = &mut columns.blocks[0];
        block.live_bytes[..3].copy_from_slice(&[5, 8, 2]);
        block.live_blocks[CHUNK - 1] = 7;
        let sum = block.iter().sum();
        block.summarise(sum);
        assert_eq!(block.summary.live_bytes_bits, 15);
        assert_eq!(block.summary.live_blocks_bits, 7);
        assert_eq!(block.live_sites(), 3);
        assert!(columns.blocks[0].is_same(&columns.blocks[0]));
        assert!(!columns.blocks[0].is_same(&columns.blocks[1]));
    }
}
