//! The parts that tables of two levels over all addresses share.

#![expect(
    unsafe_code,
    reason = "unmaps a table that lost the race to be published"
)]

use std::ptr;
use std::sync::atomic::{
    AtomicPtr,
    Ordering::{AcqRel, Acquire},
};

use super::pages;

/// The bits of an address that tell two blocks apart.
#[cfg(target_pointer_width = "64")]
pub(in crate::memory) const BITS: u32 = 48;
/// The bits of an address that tell two blocks apart.
#[cfg(not(target_pointer_width = "64"))]
pub(in crate::memory) const BITS: u32 = usize::BITS;

/// The address of a second level that the system has refused; nothing is there.
const REFUSED: usize = 1;

/// Returns the address of a block as a number. Where processors ignore the top byte of an address, and systems may store
/// other data in it, the byte is cleared.
#[inline(always)]
pub(in crate::memory) fn number(start: *const u8) -> usize {
    if cfg!(target_arch = "aarch64") {
        start.addr() & (usize::MAX >> 8)
    } else {
        start.addr()
    }
}

/// Returns true if a second level is mapped: it is neither null nor refused.
#[inline(always)]
pub(in crate::memory) fn is_mapped<T>(level: *mut T) -> bool {
    level.addr() > REFUSED
}

/// Maps a second level of zeros, which stays mapped for ever, and publishes it in its slot.
///
/// Does nothing if another thread is faster. If the system refuses the pages, this is stored, and not asked again.
///
/// All bytes of a `T` may be zero.
#[cold]
#[inline(never)]
pub(in crate::memory) fn publish<T>(slot: &AtomicPtr<T>) {
    if !slot.load(Acquire).is_null() {
        return;
    }
    let fresh = pages::map_forever(size_of::<T>());
    let level = fresh.map_or(ptr::without_provenance_mut(REFUSED), |fresh| {
        fresh.cast().as_ptr()
    });
    let published = slot
        .compare_exchange(ptr::null_mut(), level, AcqRel, Acquire)
        .is_ok();
    if let (false, Some(fresh)) = (published, fresh) {
        // SAFETY: the pages were not published, so nobody else knows them.
        unsafe { pages::unmap_unpublished(fresh, size_of::<T>()) };
    }
}
