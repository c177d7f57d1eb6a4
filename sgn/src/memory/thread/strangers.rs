//! Threads that work for nobody: how much they allocated, and at which line they were started.
//!
//! What a thread frees before it does anything else is what its starter handed to it, as std's threads do: the line at
//! which that was allocated has started the thread. Only reports say so; nothing is charged by it.
//!
//! While blocks are sampled, what the starter handed over has a line only if it was sampled: of a line that starts one
//! thread after the other, some are. The other threads are told without a line.

#![expect(unsafe_code, reason = "marks are kept as pointers")]

use std::ptr;
use std::sync::atomic::{
    AtomicPtr, AtomicU32, AtomicU64,
    Ordering::{AcqRel, Acquire, Relaxed},
};

use crate::memory::id::mark::Mark;
use crate::memory::thread::shard::Shard;
use crate::memory::thread::state;
use crate::memory::thread::tables;

/// Most lines that are told apart at which threads were started.
const PLACES: usize = 16;

/// What ended threads of one line allocated for nobody.
struct Ended {
    started_at: AtomicPtr<Mark>,
    threads: AtomicU32,
    bytes: AtomicU64,
}

/// The first is of those of which no line is known.
static ENDED: [Ended; PLACES] = [const {
    Ended {
        started_at: AtomicPtr::new(ptr::null_mut()),
        threads: AtomicU32::new(0),
        bytes: AtomicU64::new(0),
    }
}; PLACES];

/// Notes what the thread of a table allocated that ends.
pub(super) fn end(shard: &Shard) {
    let Some(bytes) = shard.stranger.bytes(&shard.allocated_bytes) else {
        return;
    };
    let mark = shard
        .stranger
        .started_at()
        .map_or(ptr::null(), ptr::from_ref);
    let mark = mark.cast_mut();
    let is_same = |ended: &&Ended| {
        let place = &ended.started_at;
        let taken = place.compare_exchange(ptr::null_mut(), mark, AcqRel, Acquire);
        taken.is_ok() || taken == Err(mark)
    };
    let unknown = &ENDED[0];
    let ended = if mark.is_null() {
        unknown
    } else {
        ENDED[1..].iter().find(is_same).unwrap_or(unknown)
    };
    ended.threads.fetch_add(1, Relaxed);
    ended.bytes.fetch_add(bytes, Relaxed);
    shard.stranger.begin(&shard.allocated_bytes, None);
}

fn mark_at(place: &AtomicPtr<Mark>) -> Option<&'static Mark> {
    // SAFETY: it is null, or was made from a `&'static Mark`.
    unsafe { place.load(Acquire).as_ref() }
}

/// What threads of one line allocated for nobody.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Strangers {
    /// Where they were started, if it is known.
    pub(crate) started_at: Option<&'static Mark>,
    /// How many there were.
    pub(crate) threads: u32,
    /// How much they have ever allocated, in bytes.
    pub(crate) bytes: u64,
}

/// What threads other than the calling and the first one allocated for nobody, by the line that started them, the most
/// first.
pub(crate) fn strangers() -> [Strangers; PLACES] {
    let mut all = [Strangers::default(); PLACES];
    for (strangers, ended) in all.iter_mut().zip(&ENDED) {
        *strangers = Strangers {
            started_at: mark_at(&ended.started_at),
            threads: ended.threads.load(Relaxed),
            bytes: ended.bytes.load(Relaxed),
        };
    }
    let is_own = |shard: &Shard| ptr::eq(ptr::from_ref(&shard.cache), state::table());
    for shard in tables::in_use().filter(|shard| !shard.is_first() && !is_own(shard)) {
        let Some(bytes) = shard.stranger.bytes(&shard.allocated_bytes) else {
            continue;
        };
        let started_at = shard.stranger.started_at();
        let is_same = |of: Option<&'static Mark>| {
            of.map(ptr::from_ref::<Mark>) == started_at.map(ptr::from_ref::<Mark>)
        };
        let place = all.iter().position(|of| is_same(of.started_at));
        let fresh = all.iter().skip(1).position(|of| of.threads == 0);
        let place = place.or(fresh.map(|place| place + 1)).unwrap_or(0);
        let of = &mut all[place];
        if of.threads == 0 {
            of.started_at = started_at;
        }
        of.threads += 1;
        of.bytes += bytes;
    }
    all.sort_unstable_by_key(|of| std::cmp::Reverse(of.bytes));
    all
}
