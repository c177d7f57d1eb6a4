//! All live blocks at one moment, and which of them contains an address.

use std::ops::Range;

use crate::memory::alloc::side_table;
use crate::memory::census::words::Reader;
use crate::memory::id::sites::SiteId;
use crate::memory::id::tag::{Decoded, Tag};
use crate::memory::index::blocks::{self, Pages};
use crate::memory::index::cell::TagPlace;
use crate::memory::sys::pages::PageBuffer;

/// A live block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Block {
    /// Its first address.
    pub(super) start: usize,
    /// The bytes that were requested.
    pub(super) size: usize,
    /// The site at which it is counted; `None` if it is not counted.
    pub(super) site: Option<SiteId>,
    /// The strides that the process had completed when it was allocated, or [`NO_BIRTH`].
    pub(super) birth: u32,
}

/// The birth of a block whose birth is not known.
pub(super) const NO_BIRTH: u32 = u32::MAX;

const PAGE_BITS: u32 = 12;
const REGION_BITS: u32 = 27;
const PAGES: usize = 1 << (REGION_BITS - PAGE_BITS);
/// The entries of one region in the directory: one for each page, and one that ends the last page.
const ENTRIES: usize = PAGES + 1;

/// All live blocks at one moment.
///
/// The directory stores, for each page of the regions that blocks lie in, the number of the first block that starts at
/// or behind the start of the page. So an address is compared with the few blocks of one page only.
pub(super) struct Heap {
    blocks: PageBuffer<Block>,
    /// For each region of the address space, one more than its place in the directory; zero if no block lies in it.
    regions: PageBuffer<u32>,
    directory: PageBuffer<u32>,
    /// The addresses from the first block's start to the last one's end.
    span: Range<usize>,
}

impl Heap {
    /// Reads the index, and the tag of each block; `None` if the system has no pages for the list.
    pub(super) fn read(reader: &mut Reader, pages: Pages) -> Option<Self> {
        let mut heap = Self {
            blocks: PageBuffer::new(),
            regions: PageBuffer::new(),
            directory: PageBuffer::new(),
            span: 0..0,
        };
        let mut is_complete = true;
        blocks::each(pages, |found| {
            let tag = match found.tag {
                TagPlace::Trailer => reader.bits(found.start + found.size).map(Tag::from_bits),
                TagPlace::Table => side_table::stored(found.start),
            };
            let site = match tag.map(Tag::decode) {
                Some(Decoded::Counted(site, _)) => Some(site),
                _ => None,
            };
            is_complete = heap.blocks.push(Block {
                start: found.start,
                size: found.size,
                site,
                birth: found.birth.unwrap_or(NO_BIRTH),
            });
            is_complete
        });
        (is_complete && heap.fill_directory()).then_some(heap)
    }

    /// Fills the directory; false if the system has no pages for it.
    fn fill_directory(&mut self) -> bool {
        let (Some(first), Some(last)) = (self.blocks.first(), self.blocks.last()) else {
            return true;
        };
        self.span = first.start..last.start + last.size;
        let first_region = self.span.start >> REGION_BITS;
        let regions = ((self.span.end - 1) >> REGION_BITS) - first_region + 1;
        if !self.regions.reset(regions) {
            return false;
        }
        let mut place = 0;
        for block in &*self.blocks {
            let last = (block.start + block.size - 1) >> REGION_BITS;
            for region in block.start >> REGION_BITS..=last {
                let entry = &mut self.regions[region - first_region];
                if *entry == 0 {
                    place += 1;
                    *entry = place;
                }
            }
        }
        if !self.directory.reset(place as usize * ENTRIES) {
            return false;
        }
        let mut number = 0;
        for (region, place) in self
            .regions
            .iter()
            .enumerate()
            .filter(|(_, place)| **place > 0)
        {
            let base = (first_region + region) << REGION_BITS;
            let entries = (*place as usize - 1) * ENTRIES..*place as usize * ENTRIES;
            for (page, entry) in self.directory[entries].iter_mut().enumerate() {
                let start = base + (page << PAGE_BITS);
                while self
                    .blocks
                    .get(number)
                    .is_some_and(|block| block.start < start)
                {
                    number += 1;
                }
                *entry = number as u32;
            }
        }
        true
    }

    /// Returns the blocks in the order of their addresses.
    pub(super) fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    /// Returns the addresses from the first block's start to the last one's end.
    pub(super) fn span(&self) -> &Range<usize> {
        &self.span
    }

    /// Returns the number of the blocks that are counted.
    pub(super) fn counted_blocks(&self) -> u64 {
        let counted = self.blocks.iter().filter(|block| block.site.is_some());
        counted.count() as u64
    }

    /// Returns the blocks that start in a range of addresses.
    pub(super) fn within(&self, start: usize, end: usize) -> &[Block] {
        let before = |address| self.blocks.partition_point(|block| block.start < address);
        &self.blocks[before(start)..before(end)]
    }

    /// Returns true if one block contains all `bytes` bytes at `start`.
    pub(super) fn contains(&self, start: usize, bytes: usize) -> bool {
        self.find(start).is_some_and(|number| {
            let block = &self.blocks[number];
            bytes <= block.size - (start - block.start)
        })
    }

    /// Returns the number of the block that contains an address.
    #[inline]
    pub(super) fn find(&self, address: usize) -> Option<usize> {
        if address.wrapping_sub(self.span.start) >= self.span.end - self.span.start {
            return None;
        }
        self.look_up(address)
    }

    fn look_up(&self, address: usize) -> Option<usize> {
        let region = (address >> REGION_BITS) - (self.span.start >> REGION_BITS);
        let place = (*self.regions.get(region)? as usize).checked_sub(1)?;
        let page = (address >> PAGE_BITS) % PAGES;
        let entry = place * ENTRIES + page;
        let (first, end) = (
            self.directory[entry] as usize,
            self.directory[entry + 1] as usize,
        );
        let number =
            first + self.blocks[first..end].partition_point(|block| block.start <= address);
        let number = number.checked_sub(1)?;
        let block = &self.blocks[number];
        (address - block.start < block.size).then_some(number)
    }
}
