//! All live blocks, in the order of their addresses.

use std::ops::Range;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use crate::memory::index::cell::{self, FREED, TagPlace};
use crate::memory::index::table::{self, CELLS, REGION_BITS, Region};
use crate::memory::sys::resident;

/// A live block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::memory) struct Block {
    /// Its first address.
    pub(in crate::memory) start: usize,
    /// The bytes that were requested.
    pub(in crate::memory) size: usize,
    /// The strides that the process had completed when it was allocated; `None` for the smallest blocks of some
    /// allocators.
    pub(in crate::memory) birth: Option<u32>,
    /// The place of its tag.
    pub(in crate::memory) tag: TagPlace,
}

/// The pages of the index that [`each`] reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::memory) enum Pages {
    /// Those that occupy memory: almost always all that were ever written.
    Resident,
    /// All, also those that the system may have moved to its swap space, and those that were never written.
    All,
}

/// Calls `each` for every block in the index, in the order of their addresses; stops when it returns false.
///
/// Other threads may go on to insert and remove blocks: these are found or not.
pub(in crate::memory) fn each(pages: Pages, mut each: impl FnMut(Block) -> bool) {
    table::each_region(pages == Pages::All, |number, region| {
        let base = number << REGION_BITS;
        let mut next = 0;
        let mut go_on = true;
        written(region, pages, |cells| {
            go_on = of_cells(region, base, cells, &mut next, &mut each);
            go_on
        });
        go_on
    });
}

/// Calls `each` for the blocks that start in a range of cells of a region; those before `next` belong to a block that
/// was found before.
fn of_cells(
    region: &Region,
    base: usize,
    cells: Range<usize>,
    next: &mut usize,
    each: &mut impl FnMut(Block) -> bool,
) -> bool {
    let mut index = cells.start.max(*next);
    while index < cells.end {
        let Some(block) = at(region, base, index) else {
            index += 1;
            continue;
        };
        if !each(block) {
            return false;
        }
        index += block.size.div_ceil(cell::BYTES).max(1);
    }
    *next = index;
    true
}

/// Returns the block that starts at a cell of a region.
fn at(region: &Region, base: usize, index: usize) -> Option<Block> {
    let cells = &region[index..];
    let load = |distance: usize| cells[distance].load(Relaxed);
    let (tag, size) = cell::decode(load(0))?;
    let size = match size {
        0 => cell::from_large_size([load(2), load(3)]),
        size => size,
    };
    Some(Block {
        start: base + index * cell::BYTES,
        size,
        birth: cell::has_birth(size, tag).then(|| load(1)),
        tag,
    })
}

/// Returns true if a block that was freed started at this address, and no block starts there now.
pub(in crate::memory) fn was_freed_at(address: usize) -> bool {
    table::cell_at(address).is_some_and(|cell| cell.load(Relaxed) == FREED)
}

/// Calls `each` with the ranges of cells of a region that may have been written, until it returns false.
fn written(region: &Region, pages: Pages, mut each: impl FnMut(Range<usize>) -> bool) {
    const PER_PAGE: usize = resident::PAGE / size_of::<AtomicU32>();
    if pages == Pages::All {
        each(0..CELLS);
        return;
    }
    let start = region.as_ptr().cast::<u8>();
    resident::each(start, size_of_val(region), |pages| {
        let first = pages.start * PER_PAGE;
        first >= CELLS || each(first..(pages.end * PER_PAGE).min(CELLS))
    });
}
