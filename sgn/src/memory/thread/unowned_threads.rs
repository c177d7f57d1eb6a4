//! Threads without an owner: how much they allocated, and at which line they were started.
//!
//! std hands a new thread a block that the thread frees before it does anything else, so the line that allocated this
//! block has started the thread. Only reports use this line; no allocation is charged to it.
//!
//! While blocks are sampled, the starting line is known only if that block was sampled; the other threads are listed
//! without a line. A line that starts many threads is found nevertheless, as some of these blocks are sampled.

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

/// The largest number of starting lines that are listed.
const MAX_LINES: usize = 16;

/// The allocations of threads that have ended and were started at one line.
struct EndedThreads {
    started_at: AtomicPtr<Mark>,
    threads: AtomicU32,
    bytes: AtomicU64,
}

/// The first entry is for threads without a known line.
static ENDED: [EndedThreads; MAX_LINES] = [const {
    EndedThreads {
        started_at: AtomicPtr::new(ptr::null_mut()),
        threads: AtomicU32::new(0),
        bytes: AtomicU64::new(0),
    }
}; MAX_LINES];

/// Records the allocations of the thread of `shard`, which ends.
pub(super) fn end(shard: &Shard) {
    let Some(bytes) = shard.unowned.bytes(&shard.allocated_bytes) else {
        return;
    };
    let mark = shard
        .unowned
        .started_at()
        .map_or(ptr::null(), ptr::from_ref);
    let mark = mark.cast_mut();
    let is_same = |ended: &&EndedThreads| {
        let index = &ended.started_at;
        let taken = index.compare_exchange(ptr::null_mut(), mark, AcqRel, Acquire);
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
    shard.unowned.begin(&shard.allocated_bytes, None);
}

fn mark_at(index: &AtomicPtr<Mark>) -> Option<&'static Mark> {
    // SAFETY: it is null, or was made from a `&'static Mark`.
    unsafe { index.load(Acquire).as_ref() }
}

/// The threads without an owner that were started at one line.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct UnownedThreads {
    /// The line that started them, if it is known.
    pub(crate) started_at: Option<&'static Mark>,
    /// The number of threads.
    pub(crate) threads: u32,
    /// The bytes that they have ever allocated.
    pub(crate) bytes: u64,
}

/// Returns the threads without an owner, by starting line, those with the most bytes first.
///
/// Leaves out the calling thread, and the main thread, whose table is the first.
pub(crate) fn unowned_threads() -> [UnownedThreads; MAX_LINES] {
    let mut all = [UnownedThreads::default(); MAX_LINES];
    for (threads, ended) in all.iter_mut().zip(&ENDED) {
        *threads = UnownedThreads {
            started_at: mark_at(&ended.started_at),
            threads: ended.threads.load(Relaxed),
            bytes: ended.bytes.load(Relaxed),
        };
    }
    let is_own = |shard: &Shard| ptr::eq(ptr::from_ref(&shard.cache), state::cache_address());
    for shard in tables::in_use().filter(|shard| !shard.is_first() && !is_own(shard)) {
        let Some(bytes) = shard.unowned.bytes(&shard.allocated_bytes) else {
            continue;
        };
        let started_at = shard.unowned.started_at();
        let is_same = |of: Option<&'static Mark>| {
            of.map(ptr::from_ref::<Mark>) == started_at.map(ptr::from_ref::<Mark>)
        };
        let index = all.iter().position(|of| is_same(of.started_at));
        let fresh = all.iter().skip(1).position(|of| of.threads == 0);
        let index = index.or(fresh.map(|index| index + 1)).unwrap_or(0);
        let of = &mut all[index];
        if of.threads == 0 {
            of.started_at = started_at;
        }
        of.threads += 1;
        of.bytes += bytes;
    }
    all.sort_unstable_by_key(|of| std::cmp::Reverse(of.bytes));
    all
}
