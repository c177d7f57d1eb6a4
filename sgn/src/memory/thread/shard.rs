//! The counters: one table per thread, with four numbers per site.
//!
//! Each table (a [`Shard`]; the two words mean the same) has a single writer, the thread it belongs to, so that
//! counting is a plain load, add and store. A reader sums all tables, which `tables.rs` lists. If there are more
//! threads than tables, or the system refuses one, the thread counts in the *shared* table with atomic
//! read-modify-write instructions.

#![expect(
    unsafe_code,
    reason = "the tables are views of pages from the operating system"
)]

use std::mem;
use std::ptr::{self, NonNull};
use std::sync::atomic::{
    AtomicBool, AtomicI64, AtomicPtr, AtomicU32, AtomicU64,
    Ordering::{AcqRel, Acquire, Relaxed, Release},
};

use crate::memory::id::limits::MAX_OWNERS;
use crate::memory::id::sites::{PerSite, SiteId};
use crate::memory::sampling::rate;
use crate::memory::sampling::rate::Sampling;
use crate::memory::sys::arch::subtract;
use crate::memory::sys::{pages, resident};
use crate::memory::thread::site_cache::SiteCache;
use crate::memory::thread::unowned::Unowned;

/// The table of one thread. A table of zeroed bytes is empty.
///
/// The counters only grow. Each of the four has an array of its own, because a snapshot reads the two counters of frees
/// first, and those of allocations later, for many neighbouring sites at a time.
#[repr(C, align(64))]
pub(in crate::memory) struct Shard {
    pub(in crate::memory) cache: SiteCache,
    /// The index of the table, in the order in which tables were made.
    number: AtomicU32,
    /// The state of this thread's random numbers; zero before the first.
    random: AtomicU64,
    /// The seed of `random`.
    seeded: AtomicU64,
    /// The sampling interval for which the countdown was drawn.
    interval: AtomicU32,
    /// The bytes that the thread allocates without an owner.
    pub(in crate::memory) unowned: Unowned,
    pub(in crate::memory) allocated_bytes: PerSite<AtomicU64>,
    pub(in crate::memory) allocated_blocks: PerSite<AtomicU64>,
    pub(in crate::memory) freed_bytes: PerSite<AtomicU64>,
    pub(in crate::memory) freed_blocks: PerSite<AtomicU64>,
    /// The headroom of the owner of each registered site.
    headroom_of: PerSite<HeadroomOf>,
    /// For each owner its *headroom*: the peak of its live bytes minus its live bytes, both as counted in this table.
    ///
    /// As it is kept as a difference, an allocation is one subtraction and a test of the sign.
    pub(in crate::memory) headroom: [AtomicI64; MAX_OWNERS],
}

/// A pointer to a headroom, aligned so that it takes eight bytes on every target.
#[repr(align(8))]
struct HeadroomOf(AtomicPtr<AtomicI64>);

static SHARED: AtomicPtr<Shard> = AtomicPtr::new(ptr::null_mut());
/// True if anything was ever counted in the shared table; if not, readers skip it.
static SHARED_USED: AtomicBool = AtomicBool::new(false);

/// Adds without a `lock` prefix. Correct only on the one thread that writes the table.
#[inline(always)]
fn add(counter: &AtomicU64, amount: u64) {
    counter.store(counter.load(Relaxed).wrapping_add(amount), Relaxed);
}

/// Adds as [`add`] does, and releases the thread's earlier writes to whoever reads the new value.
///
/// So a reader that loads the frees first never sees a free without its allocation.
#[inline(always)]
fn add_release(counter: &AtomicU64, amount: u64) {
    counter.store(counter.load(Relaxed).wrapping_add(amount), Release);
}

/// Records that the live bytes are a new peak.
///
/// Releases the allocation to whoever reads the headroom. So a reader that loads the headrooms before the allocations
/// never computes a peak that is lower than one that was reached before.
pub(in crate::memory) fn reset_headroom(headroom: &AtomicI64) {
    headroom.store(0, Release);
}

/// Maps the shared table; `false` if the system refuses, and then nothing may be counted.
pub(in crate::memory) fn prepare() -> bool {
    if !SHARED.load(Acquire).is_null() {
        return true;
    }
    let Some(fresh) = map_shard() else {
        return false;
    };
    let won = SHARED
        .compare_exchange(ptr::null_mut(), fresh.as_ptr(), AcqRel, Acquire)
        .is_ok();
    if !won {
        // SAFETY: the region was not published, so nobody else knows it.
        unsafe { pages::unmap_unpublished(fresh.cast(), size_of::<Shard>()) };
    }
    true
}

/// Returns the table for threads without their own; it exists as soon as anything was counted.
pub(in crate::memory) fn shared() -> Option<&'static Shard> {
    // SAFETY: the pointer is null or a shard that is never unmapped.
    unsafe { SHARED.load(Acquire).as_ref() }
}

/// Returns the shared table if anything was ever counted in it; if not, readers skip it.
pub(super) fn shared_if_used() -> Option<&'static Shard> {
    shared().filter(|_| SHARED_USED.load(Acquire))
}

impl Shard {
    /// Counts an allocation in the table of the calling thread; `false` if it makes a new peak.
    ///
    /// The caller then has to call [`reset_headroom`]. It is a separate function so that the common path needs no
    /// register for it.
    #[inline(always)]
    #[must_use]
    pub(in crate::memory) fn allocated(
        &self,
        site: SiteId,
        headroom: &AtomicI64,
        size: usize,
    ) -> bool {
        add(self.allocated_bytes.at(site), size as u64);
        add(self.allocated_blocks.at(site), 1);
        subtract(headroom, size as i64)
    }

    /// Counts a free at a site that was [registered](Self::register), in the table of the calling thread.
    #[inline(always)]
    pub(in crate::memory) fn freed(&self, site: SiteId, size: usize) {
        // SAFETY: a registered site has the headroom of its owner, in this table.
        let headroom = unsafe { &*self.headroom_of.at(site).0.load(Relaxed) };
        // Before the free, so that a reader that sees the free also sees the headroom, and computes no peak that is too
        // low.
        headroom.store(headroom.load(Relaxed).wrapping_add(size as i64), Relaxed);
        add_release(self.freed_bytes.at(site), size as u64);
        add_release(self.freed_blocks.at(site), 1);
    }

    /// Registers a site, so that it can be counted at, and returns the headroom of its owner, given by number.
    pub(in crate::memory) fn register(&self, site: SiteId, owner: u16) -> &AtomicI64 {
        let headroom = &self.headroom[owner as usize];
        self.headroom_of
            .at(site)
            .0
            .store(ptr::from_ref(headroom).cast_mut(), Relaxed);
        self.cache.register(site);
        headroom
    }

    /// Decides whether to sample a block of `size` bytes, and returns the sampling interval if so.
    ///
    /// Called when the countdown is over or not drawn yet. Also called for a thread's first block, when the thread
    /// before it may have left the table in the middle of a countdown.
    pub(in crate::memory) fn sample(&self, size: usize) -> Option<u32> {
        let sampling = rate::sampling();
        let is_counted_down = if self.cache.state.is_sampled() {
            self.cache.countdown.load(Relaxed) < 0
        } else {
            self.seed(sampling);
            self.draw(sampling);
            self.cache.state.begin_to_sample();
            false
        };
        if !is_counted_down && subtract(&self.cache.countdown, size as i64) {
            return None;
        }
        let interval = self.interval.load(Relaxed);
        self.draw(sampling);
        Some(interval)
    }

    /// Seeds the random numbers, unless they have this seed already. So they go on when sampling is switched off and
    /// on: if they started again, the first sample after every switch would be at the same distance.
    fn seed(&self, sampling: Sampling) {
        let (seed, is_fresh) = (sampling.seed_number(), self.random.load(Relaxed) == 0);
        if is_fresh || self.seeded.load(Relaxed) != seed {
            self.seeded.store(seed, Relaxed);
            let first = sampling.first_state(self.number.load(Relaxed));
            self.random.store(first, Relaxed);
        }
    }

    /// Draws the countdown to the next sample.
    fn draw(&self, sampling: Sampling) {
        let interval = sampling.mean_bytes();
        let distance = rate::bytes_to_next_point(rate::next(&self.random), interval);
        self.interval.store(interval, Relaxed);
        self.cache.countdown.store(distance, Relaxed);
    }

    /// Counts an allocation in the shared table.
    pub(in crate::memory) fn allocated_shared(&self, site: SiteId, owner: u16, size: usize) {
        SHARED_USED.store(true, Relaxed);
        self.allocated_bytes
            .at(site)
            .fetch_add(size as u64, Relaxed);
        self.allocated_blocks.at(site).fetch_add(1, Relaxed);
        let headroom = &self.headroom[owner as usize];
        let mut seen = headroom.load(Relaxed);
        while let Err(now) = headroom.compare_exchange_weak(
            seen,
            seen.wrapping_sub(size as i64).max(0),
            Release,
            Relaxed,
        ) {
            seen = now;
        }
    }

    /// Counts a free in the shared table.
    pub(in crate::memory) fn freed_shared(&self, site: SiteId, owner: u16, size: usize) {
        SHARED_USED.store(true, Relaxed);
        self.headroom[owner as usize].fetch_add(size as i64, Relaxed);
        self.freed_bytes.at(site).fetch_add(size as u64, Release);
        self.freed_blocks.at(site).fetch_add(1, Release);
    }

    /// Returns how many bytes were ever allocated at `site` in this table.
    pub(in crate::memory) fn allocated_at(&self, site: SiteId) -> u64 {
        self.allocated_bytes.at(site).load(Relaxed)
    }

    /// Returns true if this is the table that was made first, which is that of the main thread.
    pub(super) fn is_first(&self) -> bool {
        self.number.load(Relaxed) == 0
    }

    /// Returns the index of this table.
    pub(super) fn index(&self) -> usize {
        self.number.load(Relaxed) as usize
    }

    /// Initialises a zeroed table with its index, and with random numbers to continue.
    pub(super) fn initialise(&self, index: usize, [random, seeded]: &[AtomicU64; 2]) {
        self.number.store(index as u32, Relaxed);
        self.random.store(random.load(Relaxed), Relaxed);
        self.seeded.store(seeded.load(Relaxed), Relaxed);
    }

    /// Saves the state of the random numbers, for [`initialise`](Self::initialise).
    pub(super) fn save_random(&self, [random, seeded]: &[AtomicU64; 2]) {
        random.store(self.random.load(Relaxed), Relaxed);
        seeded.store(self.seeded.load(Relaxed), Relaxed);
    }

    fn counters(&self) -> [&PerSite<AtomicU64>; 4] {
        [
            &self.freed_bytes,
            &self.freed_blocks,
            &self.allocated_bytes,
            &self.allocated_blocks,
        ]
    }

    /// Copies the numbers of `other`, or zeros, into this table, which nobody reads.
    pub(super) fn copy_of(&self, other: Option<&Self>, sites: usize, owners: usize) {
        let sites = 0..sites;
        for (which, counter) in self.counters().into_iter().enumerate() {
            let from = other.map(|other| other.counters()[which].of(&sites));
            for (index, number) in counter.of(&sites).iter().enumerate() {
                number.store(from.map_or(0, |from| from[index].load(Relaxed)), Relaxed);
            }
        }
        for (index, number) in self.headroom[..owners].iter().enumerate() {
            let from = other.map_or(0, |other| other.headroom[index].load(Relaxed));
            number.store(from, Relaxed);
        }
    }

    /// Adds the numbers of `other`, which nobody writes, to this table, which nobody reads.
    pub(super) fn add(&self, other: &Self, sites: usize, owners: usize) {
        let sites = 0..sites;
        for (counter, from) in self.counters().into_iter().zip(other.counters()) {
            for (number, from) in counter.of(&sites).iter().zip(from.of(&sites)) {
                let from = from.load(Acquire);
                if from != 0 {
                    add(number, from);
                }
            }
        }
        for (number, from) in self.headroom[..owners].iter().zip(&other.headroom) {
            let from = from.load(Acquire);
            if from != 0 {
                number.store(number.load(Relaxed).wrapping_add(from), Relaxed);
            }
        }
    }

    /// Returns the bytes of the table that occupy memory now, for so many sites and owners.
    pub(super) fn committed(&self, sites: usize, owners: usize) -> usize {
        let sites = sites * size_of::<u64>();
        let counters = self
            .counters()
            .map(|counter| (ptr::from_ref(counter).cast(), sites));
        // What precedes the counters, without the unused part of `registered`; and the headrooms.
        let more = [
            (
                ptr::from_ref(self).cast(),
                mem::offset_of!(Self, allocated_bytes) - self.cache.registered_bytes() + sites,
            ),
            (ptr::from_ref(&self.headroom_of).cast(), sites),
            (
                ptr::from_ref(&self.headroom).cast(),
                owners * size_of::<AtomicI64>(),
            ),
        ];
        let all = counters.into_iter().chain(more);
        all.map(|(start, bytes): (*const u8, usize)| resident::bytes(start.cast_mut(), bytes))
            .sum()
    }
}

/// Maps a zeroed table, which has no index yet.
pub(super) fn map_shard() -> Option<NonNull<Shard>> {
    pages::map_apart(size_of::<Shard>()).map(NonNull::cast)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headroom_is_peak_minus_live() {
        let site = SiteId::from_index(7).expect("a site");
        let owner = 3;
        type Count = fn(&Shard, SiteId, u16, usize);
        let own: (Count, Count) = (
            |shard, site, owner, size| {
                let headroom = shard.register(site, owner);
                if !shard.allocated(site, headroom, size) {
                    reset_headroom(headroom);
                }
            },
            |shard, site, _, size| shard.freed(site, size),
        );
        let shared: (Count, Count) = (Shard::allocated_shared, Shard::freed_shared);
        for (allocate, free) in [own, shared] {
            let fresh = map_shard().expect("pages");
            // SAFETY: zero bytes are an empty shard, and the region is unmapped after the last use of this one.
            let shard: &Shard = unsafe { fresh.as_ref() };
            let headroom = || shard.headroom[usize::from(owner)].load(Relaxed);
            allocate(shard, site, owner, 100);
            assert_eq!(headroom(), 0, "live 100, peak 100");
            free(shard, site, owner, 100);
            assert_eq!(headroom(), 100, "live 0, peak 100");
            allocate(shard, site, owner, 40);
            assert_eq!(headroom(), 60, "live 40, peak 100");
            allocate(shard, site, owner, 70);
            assert_eq!(headroom(), 0, "live 110, peak 110");
            assert_eq!(shard.allocated_bytes.at(site).load(Relaxed), 210);
            assert_eq!(shard.freed_blocks.at(site).load(Relaxed), 1);
            // SAFETY: the region was not published, and `shard` is not used after this.
            unsafe { pages::unmap_unpublished(fresh.cast(), size_of::<Shard>()) };
        }
    }
}
