//! Censuses that are late, find damage, or have company.

use std::collections::VecDeque;
use std::mem;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use super::super::census::{Census, Doubt, Limits};
use super::super::roots::Roots;
use super::super::rows::Who;
use super::super::unreachable::Unreachable;
use super::{LIMITS, begin, census, found, owner};
use crate::memory;

#[test]
fn a_census_that_takes_too_long_calls_nothing_unreachable() {
    let _guard = begin();
    let leaked = owner();
    memory::scope(leaked, || mem::forget(Box::new([1; 100])));
    let limits = Limits {
        search: Duration::ZERO,
        ..LIMITS
    };
    let taken = Census::take(
        || Some(Roots::new()),
        &Roots::new(),
        limits,
        &Unreachable::new(),
    );
    let census = taken.unwrap_or_else(|missing| panic!("a census: {missing:?}"));
    assert_eq!(census.doubt(), Some(Doubt::Late));
    let sum: u64 = census.rows().iter().map(|row| row.bytes).sum();
    let live = census.snapshot().total().live_bytes;
    assert_eq!(sum + census.not_indexed().0, live);
    let is_unknown = |who| !matches!(who, Who::Unreachable);
    assert!(census.rows().iter().all(|row| is_unknown(row.who)));
}

#[test]
fn a_block_whose_tag_is_damaged_is_not_counted() {
    let _guard = begin();
    let owner = owner();
    let block = memory::scope(owner, || vec![1_u8; 100]);
    let before = found(&census(Roots::new(), &Unreachable::new()), owner);
    assert_eq!(before.values().sum::<u64>(), 100);
    let past = block.as_ptr().wrapping_add(100).cast_mut();
    let tag = damage(past, None);
    let after = census(Roots::new(), &Unreachable::new());
    assert!(found(&after, owner).is_empty());
    assert!(after.not_indexed().0 >= 100);
    damage(past, Some(tag));
}

/// Writes `tag` to the eight bytes at `past`, or something that is none; returns what was there.
#[expect(unsafe_code, reason = "damages a tag, and mends it")]
fn damage(past: *mut u8, tag: Option<u64>) -> u64 {
    use crate::memory::sys::arch;
    // SAFETY: the tag of a live block is there.
    let before = unsafe { arch::read_past(past, 0) };
    // SAFETY: as above.
    unsafe { arch::write_past(past, 0, tag.unwrap_or(0x0123_4567_89AB_CDEF)) };
    before
}

#[test]
fn many_censuses_beside_threads_that_allocate() {
    let _guard = begin();
    let stop = Arc::new(AtomicUsize::new(0));
    let threads: Vec<_> = (0..8)
        .map(|seed| {
            let stop = Arc::clone(&stop);
            std::thread::spawn(move || {
                let mut kept = VecDeque::new();
                let mut size = 17 + seed;
                while stop.load(Relaxed) == 0 {
                    size = size * 31 % 4999 + 1;
                    kept.push_back(vec![1_u8; size]);
                    if kept.len() > 50 {
                        kept.pop_front();
                    }
                }
            })
        })
        .collect();
    let mut last = Unreachable::new();
    // A hundred take half a minute without optimisation; `tests/tests/holders.rs` takes them with it.
    let censuses = if cfg!(debug_assertions) { 25 } else { 100 };
    for _ in 0..censuses {
        last = census(Roots::new(), &last).take_unreachable();
    }
    stop.store(1, Relaxed);
    for thread in threads {
        thread.join().expect("no panic");
    }
}
