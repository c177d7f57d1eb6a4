//! The numbers of all sites, with one array per counter.
//!
//! A ranking reads one of the four numbers of each line, so with separate arrays it reads a quarter of the memory. The
//! arrays are split into chunks, so that the numbers of a site are written once, while they are in the cache.

#![expect(unsafe_code, reason = "numbers are made from zeroed pages")]

use std::ops::Range;

use crate::memory::id::limits::CHUNK;
use crate::memory::snapshot::usage::Usage;
use crate::memory::sys::pages::{PageBuffer, Zeroed};

/// The numbers of [`CHUNK`] neighbouring sites.
#[derive(Clone, Copy)]
pub(super) struct Chunk {
    pub(super) live_bytes: [u64; CHUNK],
    pub(super) live_blocks: [u64; CHUNK],
    pub(super) total_bytes: [u64; CHUNK],
    pub(super) total_blocks: [u64; CHUNK],
    /// The bytes plus the blocks that were subtracted from the totals for owners that have ended. The sum only grows,
    /// so it shows whether an owner has ended.
    pub(super) ended: u64,
    pub(super) summary: Summary,
}

/// A summary of a chunk, by which readers skip chunks without lines of high rank.
#[derive(Clone, Copy)]
pub(super) struct Summary {
    /// The sum over all sites.
    pub(super) sum: Usage,
    /// The bitwise OR of the live bytes of all sites: an upper bound of each.
    pub(super) live_bytes_bits: u64,
    /// The bitwise OR of the live blocks of all sites: an upper bound of each.
    pub(super) live_blocks_bits: u64,
}

// SAFETY: it consists of integers only.
unsafe impl Zeroed for Chunk {}

impl Chunk {
    /// Returns the numbers of the site at `index`, which is below [`CHUNK`].
    pub(super) fn at(&self, index: usize) -> Usage {
        Usage {
            live_bytes: self.live_bytes[index],
            live_blocks: self.live_blocks[index],
            total_bytes: self.total_bytes[index],
            total_blocks: self.total_blocks[index],
        }
    }

    /// Returns the numbers of all its sites.
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

    /// Returns how many of its sites have live bytes.
    pub(super) fn live_sites(&self) -> usize {
        self.live_bytes.iter().filter(|bytes| **bytes > 0).count()
    }

    /// Stores the summary, with the sum that the caller has computed.
    pub(super) fn summarise(&mut self, sum: Usage) {
        let bits = |counter: &[u64; CHUNK]| counter.iter().fold(0, |bits, number| bits | number);
        self.summary = Summary {
            sum,
            live_bytes_bits: bits(&self.live_bytes),
            live_blocks_bits: bits(&self.live_blocks),
        };
    }

    /// Returns true if nothing was counted at any of its sites between this and `other`.
    ///
    /// What was allocated at a site only grows, and so does what was freed there, which is the total minus what is
    /// live. So if the sums are equal, each number is, unless an owner has ended in between.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.summary.sum == other.summary.sum && self.ended == other.ended
    }
}

/// The chunks of all sites, by the index of the site.
pub(in crate::memory) struct Table {
    chunks: PageBuffer<Chunk>,
}

impl Table {
    /// Returns a table without chunks, with pages for `sites` sites; `None` if the system has no
    /// pages.
    pub(super) fn with_room_for(sites: usize) -> Option<Self> {
        let mut chunks = PageBuffer::new();
        chunks
            .reserve(sites.div_ceil(CHUNK))
            .then_some(Self { chunks })
    }

    /// Returns a table with the same numbers; `None` if the system has no pages.
    pub(super) fn copy(&self) -> Option<Self> {
        Some(Self {
            chunks: self.chunks.copy()?,
        })
    }

    /// Returns how many bytes the numbers take.
    pub(super) fn bytes(&self) -> usize {
        size_of_val(&*self.chunks)
    }

    /// Adds a zeroed chunk after the others; `None` if the system has no pages.
    pub(super) fn add(&mut self) -> Option<&mut Chunk> {
        self.chunks.push_zeroed()
    }

    /// Adds to the totals of the site at `index`, if there is one.
    pub(super) fn add_to(&mut self, index: usize, more: Usage) {
        if let Some(chunk) = self.chunks.get_mut(index / CHUNK) {
            let index = index % CHUNK;
            chunk.total_bytes[index] += more.total_bytes;
            chunk.total_blocks[index] += more.total_blocks;
        }
    }

    #[cfg(feature = "viewers")]
    /// Sets the numbers of the site at `index`; `false` if the system has no pages.
    pub(super) fn set(&mut self, index: usize, usage: Usage) -> bool {
        while self.chunks.len() <= index / CHUNK {
            if self.chunks.push_zeroed().is_none() {
                return false;
            }
        }
        let (chunk, index) = (&mut self.chunks[index / CHUNK], index % CHUNK);
        chunk.live_bytes[index] = usage.live_bytes;
        chunk.live_blocks[index] = usage.live_blocks;
        chunk.total_bytes[index] = usage.total_bytes;
        chunk.total_blocks[index] = usage.total_blocks;
        true
    }

    /// Returns the chunks, and which sites below `end` each has.
    pub(super) fn chunks_mut(
        &mut self,
        end: usize,
    ) -> impl Iterator<Item = (Range<usize>, &mut Chunk)> {
        let sites = (0..end).step_by(CHUNK);
        let sites = sites.map(move |first| first..end.min(first + CHUNK));
        sites.zip(self.chunks.iter_mut())
    }

    /// Returns the chunks, and the index of the first site of each.
    pub(super) fn chunks(&self) -> impl Iterator<Item = (usize, &Chunk)> {
        (0..).step_by(CHUNK).zip(self.chunks.iter())
    }

    /// Returns the chunk that starts at the site `first`; `None` if there is none.
    pub(super) fn chunk(&self, first: usize) -> Option<&Chunk> {
        self.chunks.get(first / CHUNK)
    }

    /// Returns the live bytes of the sites of each chunk that has any, and the index of the first of them.
    pub(in crate::memory) fn live(&self) -> impl Iterator<Item = (usize, &[u64; CHUNK])> {
        let chunks = self
            .chunks()
            .filter(|(_, chunk)| chunk.summary.live_bytes_bits != 0);
        chunks.map(|(first, chunk)| (first, &chunk.live_bytes))
    }

    /// Returns the numbers of a site; zero if it did not exist yet.
    pub(in crate::memory) fn at(&self, index: usize) -> Usage {
        let chunk = self.chunks.get(index / CHUNK);
        chunk.map_or_else(Usage::default, |chunk| chunk.at(index % CHUNK))
    }

    /// Returns all sites and their numbers.
    pub(super) fn all(&self) -> impl Iterator<Item = (usize, Usage)> {
        let chunks = self.chunks();
        chunks.flat_map(|(first, chunk)| (first..).zip(chunk.iter()))
    }

    /// Returns the sites at which anything was ever counted, and their numbers.
    pub(super) fn used(&self) -> impl Iterator<Item = (usize, Usage)> {
        self.chunks().flat_map(|(first, chunk)| {
            // While its first block is being counted, a site may have bytes and no block yet.
            let is_used =
                |index: &usize| chunk.total_blocks[*index] | chunk.total_bytes[*index] != 0;
            let used = (0..CHUNK).filter(is_used);
            used.map(move |index| (first + index, chunk.at(index)))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(chunks: usize) -> Table {
        let mut table = Table::with_room_for(chunks * CHUNK).expect("pages");
        for _ in 0..chunks {
            table.add().expect("pages");
        }
        table
    }

    #[test]
    fn a_site_is_found_by_its_index() {
        let mut table = table(2);
        let chunk = &mut table.chunks[1];
        (chunk.total_blocks[3], chunk.live_bytes[3]) = (2, 50);
        chunk.total_bytes[7] = 5;
        let used: Vec<usize> = table.used().map(|(index, _)| index).collect();
        assert_eq!(used, [CHUNK + 3, CHUNK + 7]);
        assert_eq!(table.at(CHUNK + 3).live_bytes, 50);
        assert_eq!(table.at(CHUNK + 4), Usage::default());
        assert_eq!(table.at(2 * CHUNK), Usage::default());
        assert!(table.chunk(2 * CHUNK).is_none());
    }

    #[test]
    fn no_site_of_a_block_exceeds_its_bits() {
        let mut table = table(2);
        let chunk = &mut table.chunks[0];
        chunk.live_bytes[..3].copy_from_slice(&[5, 8, 2]);
        chunk.live_blocks[CHUNK - 1] = 7;
        let sum = chunk.iter().sum();
        chunk.summarise(sum);
        assert_eq!(chunk.summary.live_bytes_bits, 15);
        assert_eq!(chunk.summary.live_blocks_bits, 7);
        assert_eq!(chunk.live_sites(), 3);
        assert!(table.chunks[0].is_same(&table.chunks[0]));
        assert!(!table.chunks[0].is_same(&table.chunks[1]));
    }
}
