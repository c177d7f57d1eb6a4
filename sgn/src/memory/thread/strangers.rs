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
    Ordering::{AcqRel, Acquire, Relaxed, Release},
};

use crate::memory::id::mark::Mark;
use crate::memory::id::sites::SiteId;
use crate::memory::thread::current;
use crate::memory::thread::shard::Shard;
use crate::memory::thread::tables;

/// Most sites of nobody that are told apart in a table, and most lines that started threads.
const PLACES: usize = 16;
/// What a thread may allocate for nobody, in bytes, and be no stranger: threads begin and end for nobody, and those of
/// a pool of rayon have allocated 1.5 KiB before they can be told for whom they work.
const LEAST: u64 = 4096;

/// What the thread of a table has allocated for nobody. Zero bytes are a thread that has nothing.
#[repr(C)]
pub(super) struct Stranger {
    /// The sites of nobody that were ever met in the table, and what had been allocated there before this thread.
    sites: [AtomicU32; PLACES],
    before: [AtomicU64; PLACES],
    /// What the blocks stand for that were sampled instead of counted, in bytes.
    sampled: AtomicU64,
    started_at: AtomicPtr<Mark>,
}

impl Stranger {
    /// Notes that the thread allocates at `site` for nobody.
    pub(super) fn meet(&self, site: SiteId, allocated: u64) {
        for (place, before) in self.sites.iter().zip(&self.before) {
            let known = place.load(Relaxed);
            if known == site.distance() {
                return;
            }
            if known == 0 {
                before.store(allocated, Relaxed);
                place.store(site.distance(), Relaxed);
                return;
            }
        }
    }

    /// Notes that a block was sampled for nobody that stands for so many bytes. Only its thread calls this.
    pub(super) fn meet_sample(&self, bytes: f64) {
        let before = self.sampled.load(Relaxed);
        self.sampled
            .store(before.saturating_add(bytes as u64), Relaxed);
    }

    /// Begins with another thread of the table.
    pub(super) fn begin(&self, shard: &Shard, started_at: Option<&'static Mark>) {
        for (site, before) in self.met() {
            before.store(shard.allocated_at(site), Relaxed);
        }
        self.sampled.store(0, Relaxed);
        let mark = started_at.map_or(ptr::null(), ptr::from_ref);
        // Release: a mark need not be a static, and whoever finds it reads what it says.
        self.started_at.store(mark.cast_mut(), Release);
    }

    fn met(&self) -> impl Iterator<Item = (SiteId, &AtomicU64)> {
        let all = self.sites.iter().zip(&self.before);
        all.map(|(site, before)| (site.load(Relaxed), before))
            .take_while(|(site, _)| *site != 0)
            .map(|(site, before)| (SiteId::from_distance(site), before))
    }

    /// How much the thread has allocated for nobody, if that is worth telling.
    fn bytes(&self, shard: &Shard) -> Option<u64> {
        let of = |(site, before): (SiteId, &AtomicU64)| {
            shard
                .allocated_at(site)
                .saturating_sub(before.load(Relaxed))
        };
        let counted: u64 = self.met().map(of).sum();
        let bytes = counted.saturating_add(self.sampled.load(Relaxed));
        (bytes >= LEAST).then_some(bytes)
    }
}

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
    let Some(bytes) = shard.stranger.bytes(shard) else {
        return;
    };
    let mark = shard.stranger.started_at.load(Relaxed);
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
    shard.stranger.begin(shard, None);
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
    let is_own = |shard: &Shard| ptr::eq(ptr::from_ref(&shard.known), current::table());
    for shard in tables::in_use().filter(|shard| !shard.is_first() && !is_own(shard)) {
        let Some(bytes) = shard.stranger.bytes(shard) else {
            continue;
        };
        let started_at = mark_at(&shard.stranger.started_at);
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
