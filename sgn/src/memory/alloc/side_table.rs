//! Table with the tags of large blocks: one slot for each granule of 1 KiB of addresses.
//!
//! Two blocks of a granule's size or more cannot start in the same granule, so each slot belongs to one block. The
//! table has two levels. When the first large block starts in a region of 512 MiB of addresses, the second level for
//! that region is mapped, and it stays mapped for ever. If the system refuses it, the blocks of that region are not
//! counted, and the report says how many they were.

#![expect(
    unsafe_code,
    reason = "the second level is a view of pages from the operating system"
)]

use std::ptr;
use std::sync::atomic::{
    AtomicPtr, AtomicU64,
    Ordering::{Acquire, Relaxed},
};

use crate::memory::id::tag::Tag;
use crate::memory::sys::address;

/// The least size of the blocks that have their tag here.
pub(in crate::memory) const GRANULE: usize = 1 << GRANULE_BITS;

const GRANULE_BITS: u32 = 10;
const REGION_BITS: u32 = 29;

type Region = [AtomicU64; 1 << (REGION_BITS - GRANULE_BITS)];

static REGIONS: [AtomicPtr<Region>; 1 << (address::BITS - REGION_BITS)] =
    [const { AtomicPtr::new(ptr::null_mut()) }; 1 << (address::BITS - REGION_BITS)];

/// Returns the slot for the tag of the block at `start`, if its region is mapped.
#[inline(always)]
pub(super) fn existing_slot(start: *mut u8) -> Option<&'static AtomicU64> {
    let address = address::number(start);
    let region = REGIONS.get(address >> REGION_BITS)?.load(Acquire);
    if !address::is_mapped(region) {
        return None;
    }
    let index = (address >> GRANULE_BITS) % (1 << (REGION_BITS - GRANULE_BITS));
    // SAFETY: a region that is mapped is so for ever.
    let region: &'static Region = unsafe { &*region };
    Some(&region[index])
}

/// Returns the slot for the tag of the block at `start`, and maps its region if need be; `None` if
/// blocks there are not counted.
pub(super) fn slot(start: *mut u8) -> Option<&'static AtomicU64> {
    let region = REGIONS.get(address::number(start) >> REGION_BITS)?;
    address::publish(region);
    existing_slot(start)
}

/// Writes the tag of a large block to its slot.
#[inline(always)]
pub(super) fn store(slot: &AtomicU64, tag: Tag) {
    slot.store(tag.bits(), Relaxed);
}

/// Reads the tag of a large block from its slot.
#[inline(always)]
pub(super) fn load(slot: &AtomicU64) -> Tag {
    Tag::from_bits(slot.load(Relaxed))
}

/// Returns the tag of the large block that starts at an address, if there is one.
pub(in crate::memory) fn stored(start: usize) -> Option<Tag> {
    existing_slot(ptr::without_provenance_mut(start)).map(load)
}
