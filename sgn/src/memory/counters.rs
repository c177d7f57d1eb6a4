//! The counters: one table per thread, in it four columns with a number per site.
//!
//! Each table ([`Shard`]) has a single writer, the thread it belongs to, so that counting is a plain
//! load, add and store. A reader sums all tables. A thread that ends leaves its table behind, with
//! its numbers, and a later thread takes it over. When there are more threads than tables, or the
//! system refuses one, the thread counts in the *shared* table with atomic read-modify-write.

#![expect(
    unsafe_code,
    reason = "the tables are views of pages from the operating system"
)]

use std::ptr::{self, NonNull};
use std::sync::atomic::{
    AtomicBool, AtomicI64, AtomicPtr, AtomicU32, AtomicU64, AtomicUsize,
    Ordering::{AcqRel, Acquire, Relaxed, Release},
};

use super::known::Known;
use super::sampling::Sampling;
use super::site::{Column, SiteId};
use super::strangers::Stranger;
use super::{pages, sampling, switch};

/// Most sites (pairs of owner and line) that are told apart.
///
/// Fewer under Miri, which counts nothing, and takes seconds to make a table.
pub(super) const MAX_SITES: usize = if cfg!(miri) { 1 << 12 } else { 1 << 20 };
/// Most owners that are told apart; the identifier zero belongs to nobody.
pub(super) const MAX_OWNERS: usize = 1 << 16;
/// Most threads that count at once in a table of their own.
const MAX_SHARDS: usize = 1024;

/// The table of one thread. Zero bytes are an empty table.
///
/// The columns only grow. Columns and not rows, because neighbouring sites are those of one element,
/// and a snapshot reads two columns at a time.
#[repr(C, align(64))]
pub(super) struct Shard {
    pub(super) known: Known,
    busy: AtomicBool,
    /// How many tables were made before.
    number: AtomicU32,
    /// The state of this thread's random numbers; zero before the first.
    random: AtomicU64,
    /// The seed with which they began.
    seeded: AtomicU64,
    /// The mean distance for which the countdown was drawn.
    mean: AtomicU32,
    /// What the thread allocates for nobody.
    pub(super) stranger: Stranger,
    pub(super) allocated_bytes: Column<AtomicU64>,
    pub(super) allocated_blocks: Column<AtomicU64>,
    pub(super) freed_bytes: Column<AtomicU64>,
    pub(super) freed_blocks: Column<AtomicU64>,
    /// The headroom of the owner of each site that was met.
    headroom_of: Column<HeadroomOf>,
    /// Per owner: peak minus live bytes, as far as this table knows.
    ///
    /// Kept as a difference, an allocation is one subtraction and a test of the sign.
    pub(super) headroom: [AtomicI64; MAX_OWNERS],
}

/// A pointer to a headroom; as far from the next as all that a column has.
#[repr(align(8))]
struct HeadroomOf(AtomicPtr<AtomicI64>);

static SHARDS: [AtomicPtr<Shard>; MAX_SHARDS] =
    [const { AtomicPtr::new(ptr::null_mut()) }; MAX_SHARDS];
static SHARD_COUNT: AtomicUsize = AtomicUsize::new(0);
static SHARED: AtomicPtr<Shard> = AtomicPtr::new(ptr::null_mut());
/// Whether anything was ever counted in the shared table; if not, nobody needs to read it.
static SHARED_USED: AtomicBool = AtomicBool::new(false);

/// Adds without a `lock` prefix; right only in the table's one thread.
#[inline(always)]
fn add(counter: &AtomicU64, amount: u64) {
    counter.store(counter.load(Relaxed).wrapping_add(amount), Relaxed);
}

/// As [`add`], and what this thread saw before is visible to whoever sees the new value.
///
/// A reader that loads the freed columns first therefore never sees a free without its allocation.
#[inline(always)]
fn add_release(counter: &AtomicU64, amount: u64) {
    counter.store(counter.load(Relaxed).wrapping_add(amount), Release);
}

/// Takes `amount` off and says whether something is left; right only in the table's one thread.
#[cfg(all(target_arch = "x86_64", target_pointer_width = "64", not(miri)))]
#[inline(always)]
pub(super) fn subtract(headroom: &AtomicI64, amount: i64) -> bool {
    // The compiler does not take the sign from a subtraction in memory, and needs two more
    // instructions.
    // SAFETY: writes one aligned number that its one writer may write, as a relaxed store does.
    unsafe {
        std::arch::asm!(
            "sub qword ptr [{headroom}], {amount}",
            "js {below}",
            headroom = in(reg) headroom.as_ptr(),
            amount = in(reg) amount,
            below = label { return false },
            options(nostack),
        );
    }
    true
}

/// Takes `amount` off and says whether something is left; right only in the table's one thread.
#[cfg(not(all(target_arch = "x86_64", target_pointer_width = "64", not(miri))))]
#[inline(always)]
pub(super) fn subtract(headroom: &AtomicI64, amount: i64) -> bool {
    let left = headroom.load(Relaxed).wrapping_sub(amount);
    headroom.store(left, Relaxed);
    left >= 0
}

/// Notes that the live bytes are the most that ever were.
pub(super) fn peaked(headroom: &AtomicI64) {
    headroom.store(0, Relaxed);
}

/// Maps the shared table; `false` if the system refuses, and then nothing may be counted.
pub(super) fn prepare() -> bool {
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

/// The table for threads that have none; there is one as soon as anything was counted.
pub(super) fn shared() -> Option<&'static Shard> {
    // SAFETY: the pointer is null or a shard that is never unmapped.
    unsafe { SHARED.load(Acquire).as_ref() }
}

/// A table for the calling thread alone, until [`Shard::leave`].
///
/// `None` means that the thread has to use the shared one.
pub(super) fn acquire() -> Option<&'static Shard> {
    let count = SHARD_COUNT.load(Acquire).min(MAX_SHARDS);
    for slot in &SHARDS[..count] {
        // SAFETY: the pointer is null or a shard that is never unmapped.
        let Some(shard) = (unsafe { slot.load(Acquire).as_ref() }) else {
            continue;
        };
        let free = !shard.busy.load(Relaxed);
        // Acquire: the former owner's last stores are visible to the thread that continues them.
        if free
            && shard
                .busy
                .compare_exchange(false, true, Acquire, Relaxed)
                .is_ok()
        {
            return Some(shard);
        }
    }
    if count == MAX_SHARDS {
        return None;
    }
    let fresh = map_shard()?;
    // SAFETY: zero bytes are an empty shard, and the region is never unmapped once it is published.
    let shard: &'static Shard = unsafe { fresh.as_ref() };
    shard.busy.store(true, Relaxed);
    let index = SHARD_COUNT.fetch_add(1, AcqRel);
    if index >= MAX_SHARDS {
        SHARD_COUNT.store(MAX_SHARDS, Release);
        // SAFETY: the region was not published, and `shard` is not used after this.
        unsafe { pages::unmap_unpublished(fresh.cast(), size_of::<Shard>()) };
        return None;
    }
    shard.number.store(index as u32, Relaxed);
    SHARDS[index].store(fresh.as_ptr(), Release);
    switch::tell(&shard.known.state);
    Some(shard)
}

/// All tables that were used, the shared one last.
///
/// Whoever saw the free of a block also sees, in a list made later, the table of its birth.
pub(super) fn shards() -> impl Iterator<Item = &'static Shard> + Clone {
    let count = SHARD_COUNT.load(Acquire).min(MAX_SHARDS);
    let own = SHARDS[..count].iter().filter_map(|slot| {
        // SAFETY: the pointer is null or a shard that is never unmapped.
        unsafe { slot.load(Acquire).as_ref() }
    });
    own.chain(shared().filter(|_| SHARED_USED.load(Acquire)))
}

impl Shard {
    /// Counts an allocation in the table of the calling thread; `false` if it makes a new peak.
    ///
    /// Then [`peaked`] has to be called. Apart, so that the common path needs no register for it.
    #[inline(always)]
    #[must_use]
    pub(super) fn allocated(&self, site: SiteId, headroom: &AtomicI64, size: usize) -> bool {
        add(self.allocated_bytes.at(site), size as u64);
        add(self.allocated_blocks.at(site), 1);
        subtract(headroom, size as i64)
    }

    /// Counts a free at a site that was [met](Self::meet), in the table of the calling thread.
    #[inline(always)]
    pub(super) fn freed(&self, site: SiteId, size: usize) {
        // SAFETY: a site that was met has the headroom of its owner, in this table.
        let headroom = unsafe { &*self.headroom_of.at(site).0.load(Relaxed) };
        // First, so that a reader who sees the free sees the headroom: no peak is lost to it.
        headroom.store(headroom.load(Relaxed).wrapping_add(size as i64), Relaxed);
        add_release(self.freed_bytes.at(site), size as u64);
        add_release(self.freed_blocks.at(site), 1);
    }

    /// Gets ready to count at a site; the headroom of its owner, given by its number.
    pub(super) fn meet(&self, site: SiteId, owner: u16) -> &AtomicI64 {
        let headroom = &self.headroom[owner as usize];
        self.headroom_of
            .at(site)
            .0
            .store(ptr::from_ref(headroom).cast_mut(), Relaxed);
        self.known.meet(site);
        headroom
    }

    /// Whether a block of `size` bytes is to be sampled, and if so, for which mean distance.
    ///
    /// Asked when the countdown is over, or was not drawn yet, or when this is the thread's first
    /// block in a table that another thread left in the midst of a countdown.
    pub(super) fn sample(&self, size: usize) -> Option<u32> {
        let sampling = sampling::chosen();
        let is_counted_down = if switch::is_sampled(&self.known.state) {
            self.known.countdown.load(Relaxed) < 0
        } else {
            self.seed(sampling);
            self.draw(sampling);
            switch::tell_sampled(&self.known.state);
            false
        };
        if !is_counted_down && subtract(&self.known.countdown, size as i64) {
            return None;
        }
        let mean = self.mean.load(Relaxed);
        self.draw(sampling);
        Some(mean)
    }

    /// Begins the sequence of random numbers, unless it goes on: one that began anew whenever
    /// sampling is switched on would draw the same distance each time, and what is sampled between
    /// two switches would not depend on chance.
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
        let mean = sampling.mean_bytes();
        let distance = sampling::distance(sampling::next(&self.random), mean);
        self.mean.store(mean, Relaxed);
        self.known.countdown.store(distance, Relaxed);
    }

    /// Counts an allocation in the shared table.
    pub(super) fn allocated_shared(&self, site: SiteId, owner: u16, size: usize) {
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
            Relaxed,
            Relaxed,
        ) {
            seen = now;
        }
    }

    /// Counts a free in the shared table.
    pub(super) fn freed_shared(&self, site: SiteId, owner: u16, size: usize) {
        SHARED_USED.store(true, Relaxed);
        self.headroom[owner as usize].fetch_add(size as i64, Relaxed);
        self.freed_bytes.at(site).fetch_add(size as u64, Release);
        self.freed_blocks.at(site).fetch_add(1, Release);
    }

    /// How many bytes were ever allocated at `site` in this table.
    pub(super) fn allocated_at(&self, site: SiteId) -> u64 {
        self.allocated_bytes.at(site).load(Relaxed)
    }

    /// Whether this is the table that was made first, which is that of the main thread.
    pub(super) fn is_first(&self) -> bool {
        self.number.load(Relaxed) == 0
    }

    /// Lets a later thread take the table over, with all its numbers.
    pub(super) fn leave(&self) {
        self.busy.store(false, Release);
    }
}

fn map_shard() -> Option<NonNull<Shard>> {
    pages::map_forever(size_of::<Shard>()).map(NonNull::cast)
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
                let headroom = shard.meet(site, owner);
                if !shard.allocated(site, headroom, size) {
                    peaked(headroom);
                }
            },
            |shard, site, _, size| shard.freed(site, size),
        );
        let shared: (Count, Count) = (Shard::allocated_shared, Shard::freed_shared);
        for (allocate, free) in [own, shared] {
            let fresh = map_shard().expect("pages");
            // SAFETY: zero bytes are an empty shard, and the region is never unmapped.
            let shard: &'static Shard = unsafe { fresh.as_ref() };
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
        }
    }
}
