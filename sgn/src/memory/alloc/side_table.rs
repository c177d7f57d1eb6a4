//! The home of the tags of large blocks: one place per granule of 1 KiB of addresses.
//!
//! Two blocks of a granule's size or more cannot start in the same granule, so the place belongs to
//! one block. The table has two levels; the second is reserved, 512 MiB of addresses at a time, when
//! the first large block starts there, and is kept for ever. Should the system refuse it, the blocks
//! of those 512 MiB are not counted, from the first one on, and the report says how many they were.

#![expect(
    unsafe_code,
    reason = "the second level is a view of pages from the operating system"
)]

use std::ptr;
use std::sync::atomic::{
    AtomicPtr, AtomicU64,
    Ordering::{AcqRel, Acquire, Relaxed},
};

use crate::memory::id::tag::Tag;
use crate::memory::sys::pages;

/// Blocks of at least this many bytes have their tag here.
pub(super) const GRANULE: usize = 1 << GRANULE_BITS;

const GRANULE_BITS: u32 = 10;
const REGION_BITS: u32 = 29;
#[cfg(target_pointer_width = "64")]
const ADDRESS_BITS: u32 = 48;
#[cfg(not(target_pointer_width = "64"))]
const ADDRESS_BITS: u32 = usize::BITS;

type Region = [AtomicU64; 1 << (REGION_BITS - GRANULE_BITS)];

static REGIONS: [AtomicPtr<Region>; 1 << (ADDRESS_BITS - REGION_BITS)] =
    [const { AtomicPtr::new(ptr::null_mut()) }; 1 << (ADDRESS_BITS - REGION_BITS)];

/// What stands in [`REGIONS`] where the system refused a region: a place that is no address.
const REFUSED: usize = 1;

/// Some processors and systems keep a colour of their own in the highest byte of an address.
fn address(start: *mut u8) -> usize {
    if cfg!(target_arch = "aarch64") {
        start.addr() & (usize::MAX >> 8)
    } else {
        start.addr()
    }
}

/// The place for the tag of the block at `start`, if the region is there already.
#[inline(always)]
pub(super) fn known_place(start: *mut u8) -> Option<&'static AtomicU64> {
    let address = address(start);
    let region = REGIONS.get(address >> REGION_BITS)?.load(Acquire);
    if region.addr() <= REFUSED {
        return None;
    }
    let index = (address >> GRANULE_BITS) % (1 << (REGION_BITS - GRANULE_BITS));
    // SAFETY: a region that is neither null nor refused is mapped for ever.
    let region: &'static Region = unsafe { &*region };
    Some(&region[index])
}

/// The place for the tag of the block at `start`; `None` if blocks there are not counted.
pub(super) fn place(start: *mut u8) -> Option<&'static AtomicU64> {
    let slot = REGIONS.get(address(start) >> REGION_BITS)?;
    if slot.load(Acquire).is_null() {
        make(slot);
    }
    known_place(start)
}

#[cold]
#[inline(never)]
fn make(slot: &AtomicPtr<Region>) {
    let fresh = pages::map_forever(size_of::<Region>());
    let region = fresh.map_or(ptr::without_provenance_mut(REFUSED), |fresh| {
        fresh.cast().as_ptr()
    });
    let published = slot
        .compare_exchange(ptr::null_mut(), region, AcqRel, Acquire)
        .is_ok();
    if let (false, Some(fresh)) = (published, fresh) {
        // SAFETY: the region was not published, so nobody else knows it.
        unsafe { pages::unmap_unpublished(fresh, size_of::<Region>()) };
    }
}

/// Writes the tag of the large block at `start`.
#[inline(always)]
pub(super) fn store(place: &AtomicU64, tag: Tag) {
    place.store(tag.bits(), Relaxed);
}

/// Reads the tag of a large block.
#[inline(always)]
pub(super) fn load(place: &AtomicU64) -> Tag {
    Tag::from_bits(place.load(Relaxed))
}
