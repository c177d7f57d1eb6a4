//! The table of cells, one for each sixteen bytes of addresses.
//!
//! The table has two levels. When the first block starts in a region of 512 MiB of addresses, the cells of that region
//! are mapped, and they stay mapped for ever; pages of cells that nobody writes take no memory. If the system refuses
//! the cells of a region, the blocks there are not in the index, and a census says how many bytes they are.
//!
//! A block is inserted after it is counted, and removed before its free is counted. So at any moment the index has no
//! block that is not counted as live.

#![expect(
    unsafe_code,
    reason = "the second level is a view of pages from the operating system"
)]

use std::ops::Range;
use std::ptr;
use std::sync::atomic::{
    AtomicBool, AtomicPtr, AtomicU32,
    Ordering::{Acquire, Relaxed},
};

use crate::memory::index::birth;
use crate::memory::index::cell::{self, FREED, TagPlace};
use crate::memory::sys::{address, resident};

const CELL_BITS: u32 = cell::BYTES.trailing_zeros();
pub(super) const REGION_BITS: u32 = 29;

/// The cells of a region.
pub(super) const CELLS: usize = 1 << (REGION_BITS - CELL_BITS);
/// The cells behind the first one that a block may use: birth, and the size of a large block.
const MORE: usize = 3;

/// The cells of one region, and those behind the first cell of a block that starts at its very end.
pub(super) type Region = [AtomicU32; CELLS + MORE];

static REGIONS: [AtomicPtr<Region>; 1 << (address::BITS - REGION_BITS)] =
    [const { AtomicPtr::new(ptr::null_mut()) }; 1 << (address::BITS - REGION_BITS)];

/// True once a block was inserted: the program has installed an allocator with an index.
static IN_USE: AtomicBool = AtomicBool::new(false);

/// Returns true if the program's allocator keeps the index.
pub(crate) fn is_in_use() -> bool {
    IN_USE.load(Acquire)
}

/// Returns the addresses of the first level.
pub(in crate::memory) fn first_level() -> Range<usize> {
    let start = REGIONS.as_ptr().addr();
    start..start + size_of_val(&REGIONS)
}

/// Returns the number of the region of an address. No block has an address with more bits.
#[inline(always)]
fn region_of(address: usize) -> usize {
    (address >> REGION_BITS) % REGIONS.len()
}

/// Calls `each` with the number and the cells of all regions that have cells, until it returns false.
///
/// Reads those pages of the first level only that occupy memory, unless `all` is true.
pub(super) fn each_region(all: bool, mut each: impl FnMut(usize, &'static Region) -> bool) {
    const PER_PAGE: usize = resident::PAGE / size_of::<AtomicPtr<Region>>();
    let mut each_of = |numbers: Range<usize>| {
        numbers.into_iter().all(|number| {
            let region = REGIONS[number].load(Acquire);
            // SAFETY: a region that is mapped is so for ever.
            !address::is_mapped(region) || each(number, unsafe { &*region })
        })
    };
    if all {
        each_of(0..REGIONS.len());
        return;
    }
    let start = REGIONS.as_ptr().cast::<u8>();
    // The first page may begin before the table does.
    let before = start.addr() % resident::PAGE / size_of::<AtomicPtr<Region>>();
    resident::each(start, size_of_val(&REGIONS), |pages| {
        let number = |page: usize| (page * PER_PAGE).saturating_sub(before).min(REGIONS.len());
        each_of(number(pages.start)..number(pages.end))
    });
}

/// Returns the cell of an address, if its region is mapped.
pub(super) fn cell_at(address: usize) -> Option<&'static AtomicU32> {
    let cell = existing(ptr::without_provenance(address))?;
    // SAFETY: cells of a region stay mapped.
    Some(unsafe { &*cell })
}

/// Returns the cells from the first cell of the block at `start` on, if its region is mapped.
#[inline(always)]
fn existing(start: *const u8) -> Option<*const AtomicU32> {
    let address = address::number(start);
    let region = REGIONS[region_of(address)].load(Acquire);
    if !address::is_mapped(region) {
        return None;
    }
    let index = (address >> CELL_BITS) % CELLS;
    // SAFETY: a region has more cells than this.
    Some(unsafe { region.cast::<AtomicU32>().add(index) })
}

/// Inserts a block that is counted, with its birth.
///
/// `start` is a multiple of [`cell::BYTES`], and no block in the index shares its bytes.
#[inline(always)]
pub(in crate::memory) fn insert(start: *const u8, size: usize, place: TagPlace) {
    let Some(first) = existing(start) else {
        return insert_slow(start, size, place);
    };
    if !cell::is_common(size) {
        return insert_uncommon(first, size, place);
    }
    // SAFETY: a region has `MORE` cells behind the one of its last block.
    let second = unsafe { first.add(1) };
    // SAFETY: cells of a region stay mapped.
    unsafe { &*second }.store(birth::now(), Relaxed);
    // SAFETY: cells of a region stay mapped.
    unsafe { &*first }.store(cell::start(size, place), Relaxed);
}

/// Maps the region of a block, and inserts the block.
#[cold]
#[inline(never)]
fn insert_slow(start: *const u8, size: usize, place: TagPlace) {
    IN_USE.store(true, Relaxed);
    address::publish(&REGIONS[region_of(address::number(start))]);
    if existing(start).is_some() {
        insert(start, size, place);
    }
}

/// Inserts a block that has no birth, or whose size takes two more cells.
#[cold]
#[inline(never)]
fn insert_uncommon(first: *const AtomicU32, size: usize, place: TagPlace) {
    let store = |distance: usize, value: u32| {
        // SAFETY: a region has `MORE` cells behind the one of its last block.
        let cell = unsafe { first.add(distance) };
        // SAFETY: cells of a region stay mapped.
        unsafe { &*cell }.store(value, Relaxed);
    };
    if cell::has_birth(size, place) {
        store(1, birth::now());
    }
    if cell::is_large(size) {
        let [low, high] = cell::large_size(size);
        store(2, low);
        store(3, high);
    }
    store(0, cell::start(size, place));
}

/// The first cell of a block that was removed, for [`restore`].
#[derive(Clone, Copy, Debug)]
#[must_use = "a block that was not freed is restored"]
pub(in crate::memory) struct Removed(u32);

/// Removes the block at `start`, which is freed or moved next.
#[inline(always)]
pub(in crate::memory) fn remove(start: *const u8) -> Removed {
    let Some(first) = existing(start) else {
        return Removed(0);
    };
    // SAFETY: cells of a region stay mapped.
    let first = unsafe { &*first };
    let removed = Removed(first.load(Relaxed));
    first.store(FREED, Relaxed);
    removed
}

/// Inserts a block that was removed and did not move.
#[cold]
pub(in crate::memory) fn restore(start: *const u8, removed: Removed) {
    if let Some(first) = existing(start) {
        // SAFETY: cells of a region stay mapped.
        unsafe { &*first }.store(removed.0, Relaxed);
    }
}
