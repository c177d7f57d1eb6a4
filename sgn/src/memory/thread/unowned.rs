//! The bytes that the thread of a shard has allocated without an owner.

#![expect(unsafe_code, reason = "a mark is kept as a pointer")]

use std::ptr;
use std::sync::atomic::{
    AtomicPtr, AtomicU32, AtomicU64,
    Ordering::{Acquire, Relaxed, Release},
};

use crate::memory::id::mark::Mark;
use crate::memory::id::sites::{PerSite, SiteId};

/// The largest number of sites without an owner that a shard lists; not the limit on all sites.
const MAX_SITES: usize = 16;
/// The least number of bytes without an owner for which a thread is reported. Every thread allocates some at its start
/// and end; a thread of a rayon pool has allocated 1.5 KiB before it can get an owner.
const LEAST: u64 = 4096;

/// The bytes that the thread of a shard has allocated without an owner. Zeroed bytes are a thread without any.
#[repr(C)]
pub(in crate::memory) struct Unowned {
    /// The sites without an owner that were used in the shard.
    sites: [AtomicU32; MAX_SITES],
    /// The bytes that were allocated at each of these sites before this thread took the shard over.
    before: [AtomicU64; MAX_SITES],
    /// The estimate from its sampled blocks, in bytes.
    sampled: AtomicU64,
    started_at: AtomicPtr<Mark>,
}

impl Unowned {
    /// Records that the thread allocates at `site` without an owner.
    pub(in crate::memory) fn record_site(&self, site: SiteId, allocated: u64) {
        for (slot, before) in self.sites.iter().zip(&self.before) {
            let known = slot.load(Relaxed);
            if known == site.offset() {
                return;
            }
            if known == 0 {
                before.store(allocated, Relaxed);
                slot.store(site.offset(), Relaxed);
                return;
            }
        }
    }

    /// Records that a block without an owner was sampled and stands for `bytes` bytes. Only the shard's thread calls
    /// this.
    pub(in crate::memory) fn record_sample(&self, bytes: f64) {
        let before = self.sampled.load(Relaxed);
        self.sampled
            .store(before.saturating_add(bytes as u64), Relaxed);
    }

    /// Starts over for the next thread of the shard. `allocated` has the bytes that were allocated in the shard so far,
    /// by site.
    pub(in crate::memory) fn begin(
        &self,
        allocated: &PerSite<AtomicU64>,
        started_at: Option<&'static Mark>,
    ) {
        for (site, before) in self.sites_before() {
            before.store(allocated.at(site).load(Relaxed), Relaxed);
        }
        self.sampled.store(0, Relaxed);
        let mark = started_at.map_or(ptr::null(), ptr::from_ref);
        // Release: a mark may have been made at run time and leaked, and a thread that finds it reads its fields.
        self.started_at.store(mark.cast_mut(), Release);
    }

    fn sites_before(&self) -> impl Iterator<Item = (SiteId, &AtomicU64)> {
        let all = self.sites.iter().zip(&self.before);
        all.map(|(site, before)| (site.load(Relaxed), before))
            .take_while(|(site, _)| *site != 0)
            .map(|(site, before)| (SiteId::from_offset(site), before))
    }

    /// Returns the bytes that the thread has allocated without an owner, if they are enough to report.
    pub(super) fn bytes(&self, allocated: &PerSite<AtomicU64>) -> Option<u64> {
        let of = |(site, before): (SiteId, &AtomicU64)| {
            let allocated = allocated.at(site).load(Relaxed);
            allocated.saturating_sub(before.load(Relaxed))
        };
        let counted: u64 = self.sites_before().map(of).sum();
        let bytes = counted.saturating_add(self.sampled.load(Relaxed));
        (bytes >= LEAST).then_some(bytes)
    }

    /// Returns the line that started the thread, if it is known.
    pub(super) fn started_at(&self) -> Option<&'static Mark> {
        // SAFETY: it is null, or was made from a `&'static Mark`.
        unsafe { self.started_at.load(Acquire).as_ref() }
    }
}
