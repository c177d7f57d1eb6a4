//! The live blocks of the program and what they add up to.
//!
//! A table by address behind a lock: slow, and as different as can be from what it checks.

use std::hint::spin_loop;
use std::sync::atomic::{
    AtomicBool, AtomicU64, AtomicUsize,
    Ordering::{Acquire, Relaxed, Release},
};

/// Places in the table, a power of two; a program may have half as many live blocks.
const PLACES: usize = 1 << 20;

static LOCKED: AtomicBool = AtomicBool::new(false);
/// Addresses of blocks, 0 where there is none. A block is at the place that its address says, or,
/// if that was taken, at one of those that follow without a gap.
static ADDRESSES: [AtomicUsize; PLACES] = [const { AtomicUsize::new(0) }; PLACES];
static SIZES: [AtomicUsize; PLACES] = [const { AtomicUsize::new(0) }; PLACES];
static LIVE: AtomicUsize = AtomicUsize::new(0);

static TOTALS: [AtomicU64; 4] = [const { AtomicU64::new(0) }; 4];
const TOTAL_BYTES: usize = 0;
const TOTAL_BLOCKS: usize = 1;
const LIVE_BYTES: usize = 2;
const LIVE_BLOCKS: usize = 3;

fn locked<R>(work: impl FnOnce() -> R) -> R {
    while LOCKED.swap(true, Acquire) {
        spin_loop();
    }
    let result = work();
    LOCKED.store(false, Release);
    result
}

fn home(address: usize) -> usize {
    (address >> 4).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (usize::BITS - PLACES.ilog2())
}

fn after(place: usize) -> usize {
    (place + 1) % PLACES
}

/// The place of `address`, or the free one where it would be put.
fn find(address: usize) -> usize {
    let mut place = home(address);
    loop {
        let there = ADDRESSES[place].load(Relaxed);
        if there == address || there == 0 {
            return place;
        }
        place = after(place);
    }
}

/// Closes the gap at `gap`, so that no block is hidden behind it.
fn close(mut gap: usize) {
    let mut place = after(gap);
    loop {
        let address = ADDRESSES[place].load(Relaxed);
        if address == 0 {
            break;
        }
        let from_home = place.wrapping_sub(home(address)) % PLACES;
        if from_home >= place.wrapping_sub(gap) % PLACES {
            ADDRESSES[gap].store(address, Relaxed);
            SIZES[gap].store(SIZES[place].load(Relaxed), Relaxed);
            gap = place;
        }
        place = after(place);
    }
    ADDRESSES[gap].store(0, Relaxed);
}

/// Notes a block that the program has asked for.
///
/// Ends the process if there are too many to keep: a number would be wrong.
pub(crate) fn note(address: usize, size: usize) {
    locked(|| {
        if LIVE.fetch_add(1, Relaxed) >= PLACES / 2 {
            std::process::abort();
        }
        let place = find(address);
        ADDRESSES[place].store(address, Relaxed);
        SIZES[place].store(size, Relaxed);
        for (total, more) in [
            (TOTAL_BYTES, size),
            (TOTAL_BLOCKS, 1),
            (LIVE_BYTES, size),
            (LIVE_BLOCKS, 1),
        ] {
            TOTALS[total].fetch_add(more as u64, Relaxed);
        }
    });
}

/// Forgets the block at `address`; its size, if it was one that the program had asked for.
pub(crate) fn forget(address: usize) -> Option<usize> {
    locked(|| {
        let place = find(address);
        if ADDRESSES[place].load(Relaxed) == 0 {
            return None;
        }
        let size = SIZES[place].load(Relaxed);
        close(place);
        LIVE.fetch_sub(1, Relaxed);
        TOTALS[LIVE_BYTES].fetch_sub(size as u64, Relaxed);
        TOTALS[LIVE_BLOCKS].fetch_sub(1, Relaxed);
        Some(size)
    })
}

/// Undoes a [`forget`] that was not the end of the block.
pub(crate) fn restore(address: usize, size: usize) {
    note(address, size);
    TOTALS[TOTAL_BYTES].fetch_sub(size as u64, Relaxed);
    TOTALS[TOTAL_BLOCKS].fetch_sub(1, Relaxed);
}

/// Bytes and blocks ever allocated, and those that live.
pub(crate) fn totals() -> [u64; 4] {
    locked(|| TOTALS.each_ref().map(|total| total.load(Relaxed)))
}
