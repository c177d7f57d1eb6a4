//! The bytes that the thread of a shard has allocated without an owner.

#![expect(unsafe_code, reason = "a mark is kept as a pointer")]

use std::ptr;
use std::sync::atomic::{
    AtomicPtr, AtomicU32, AtomicU64,
    Ordering::{Acquire, Relaxed, Release},
};

use crate::memory::id::mark::Mark;
use crate::memory::id::sites::{PerSite, SiteId};

/// Most sites of nobody that are told apart in a table.
const PLACES: usize = 16;
/// The most bytes without an owner that do not make a thread a stranger. Every thread allocates some at its start and
/// end; one of a pool of rayon has allocated 1.5 KiB before it can get an owner.
const LEAST: u64 = 4096;

/// The bytes that the thread of a shard has allocated without an owner. Zero bytes are a thread without any.
#[repr(C)]
pub(in crate::memory) struct Stranger {
    /// The sites of nobody that were ever met in the table, and what had been allocated there before this thread.
    sites: [AtomicU32; PLACES],
    before: [AtomicU64; PLACES],
    /// The bytes that its sampled blocks stand for.
    sampled: AtomicU64,
    started_at: AtomicPtr<Mark>,
}

impl Stranger {
    /// Notes that the thread allocates at `site` for nobody.
    pub(in crate::memory) fn note(&self, site: SiteId, allocated: u64) {
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
    pub(in crate::memory) fn meet_sample(&self, bytes: f64) {
        let before = self.sampled.load(Relaxed);
        self.sampled
            .store(before.saturating_add(bytes as u64), Relaxed);
    }

    /// Begins with another thread of the table, which has `allocated` so many bytes at each site.
    pub(in crate::memory) fn begin(
        &self,
        allocated: &PerSite<AtomicU64>,
        started_at: Option<&'static Mark>,
    ) {
        for (site, before) in self.noted() {
            before.store(allocated.at(site).load(Relaxed), Relaxed);
        }
        self.sampled.store(0, Relaxed);
        let mark = started_at.map_or(ptr::null(), ptr::from_ref);
        // Release: a mark need not be a static, and whoever finds it reads what it says.
        self.started_at.store(mark.cast_mut(), Release);
    }

    fn noted(&self) -> impl Iterator<Item = (SiteId, &AtomicU64)> {
        let all = self.sites.iter().zip(&self.before);
        all.map(|(site, before)| (site.load(Relaxed), before))
            .take_while(|(site, _)| *site != 0)
            .map(|(site, before)| (SiteId::from_distance(site), before))
    }

    /// How much the thread has allocated for nobody, if that is worth telling.
    pub(super) fn bytes(&self, allocated: &PerSite<AtomicU64>) -> Option<u64> {
        let of = |(site, before): (SiteId, &AtomicU64)| {
            let allocated = allocated.at(site).load(Relaxed);
            allocated.saturating_sub(before.load(Relaxed))
        };
        let counted: u64 = self.noted().map(of).sum();
        let bytes = counted.saturating_add(self.sampled.load(Relaxed));
        (bytes >= LEAST).then_some(bytes)
    }

    /// Where the thread was started, if it is known.
    pub(super) fn started_at(&self) -> Option<&'static Mark> {
        // SAFETY: it is null, or was made from a `&'static Mark`.
        unsafe { self.started_at.load(Acquire).as_ref() }
    }
}
