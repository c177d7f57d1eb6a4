//! The profiler's own mappings, so that a search through the memory of the process can leave them out.

use std::ptr::{self, NonNull};
use std::sync::atomic::{
    AtomicBool, AtomicPtr, AtomicUsize,
    Ordering::{Acquire, Relaxed, Release},
};

/// The number of mappings that the list has room for.
const ROOM: usize = 16_384;

static START: [AtomicPtr<u8>; ROOM] = [const { AtomicPtr::new(ptr::null_mut()) }; ROOM];
/// The size of a mapping, in bytes. Pages are even, so the lowest bit is free: it says that [`measured`] includes it.
static BYTES: [AtomicUsize; ROOM] = [const { AtomicUsize::new(0) }; ROOM];

/// The places from here on have never been used.
static USED: AtomicUsize = AtomicUsize::new(0);
/// The places before this one are taken.
static FIRST_FREE: AtomicUsize = AtomicUsize::new(0);
/// A mapping did not fit into the list.
static IS_FULL: AtomicBool = AtomicBool::new(false);

/// The content of `START` where a mapping is being added.
fn reserved() -> *mut u8 {
    ptr::without_provenance_mut(1)
}

/// Adds a mapping.
pub(super) fn add(start: NonNull<u8>, bytes: usize, is_measured: bool) {
    let first = FIRST_FREE.load(Relaxed).min(ROOM);
    for i in (first..ROOM).chain(0..first) {
        let (place, empty) = (&START[i], ptr::null_mut());
        if place
            .compare_exchange(empty, reserved(), Acquire, Relaxed)
            .is_err()
        {
            continue;
        }
        BYTES[i].store(
            bytes.next_multiple_of(2) | usize::from(is_measured),
            Relaxed,
        );
        place.store(start.as_ptr(), Release);
        FIRST_FREE.store(i + 1, Relaxed);
        USED.fetch_max(i + 1, Relaxed);
        return;
    }
    IS_FULL.store(true, Relaxed);
}

/// Removes a mapping, which is about to be unmapped.
pub(super) fn remove(start: NonNull<u8>) {
    for (i, place) in START.iter().enumerate().take(USED.load(Relaxed)) {
        if place.load(Relaxed) == start.as_ptr() {
            place.store(ptr::null_mut(), Release);
            FIRST_FREE.fetch_min(i, Relaxed);
            return;
        }
    }
}

/// Returns the start and the size of every mapping, in no order.
///
/// A mapping that another thread is making or unmapping may be missing.
fn all() -> impl Iterator<Item = (*mut u8, usize)> {
    let places = START.iter().zip(&BYTES).take(USED.load(Relaxed));
    let all = places.map(|(start, bytes)| (start.load(Acquire), bytes.load(Relaxed)));
    all.filter(|(start, _)| !start.is_null() && *start != reserved())
}

/// Returns the start and the size of the mappings that were added as measured.
pub(super) fn measured() -> impl Iterator<Item = (*mut u8, usize)> {
    let measured = all().filter(|(_, bytes)| bytes & 1 == 1);
    measured.map(|(start, bytes)| (start, bytes & !1))
}

/// Returns the first address of every mapping, and the first one after it.
pub(super) fn ranges() -> impl Iterator<Item = (usize, usize)> {
    all().map(|(start, bytes)| (start.addr(), start.addr() + (bytes & !1)))
}

/// Returns true if the list contains every mapping.
pub(super) fn is_complete() -> bool {
    !IS_FULL.load(Relaxed)
}
