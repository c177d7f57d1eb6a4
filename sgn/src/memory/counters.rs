//! The counters: one table per thread, one row per site.
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
    AtomicBool, AtomicI64, AtomicPtr, AtomicU64, AtomicUsize,
    Ordering::{AcqRel, Acquire, Relaxed, Release},
};

use super::known::Known;
use super::site::SiteId;
use super::{pages, switch};

/// Most sites (pairs of owner and line) that are told apart.
pub(super) const MAX_SITES: usize = 1 << 20;
/// Most owners that are told apart; the identifier zero belongs to nobody.
pub(super) const MAX_OWNERS: usize = 1 << 16;
/// Most threads that count at once in a table of their own.
const MAX_SHARDS: usize = 1024;

/// What one thread did at one site. All four only grow.
#[repr(C, align(32))]
pub(super) struct Row {
    pub(super) allocated_bytes: AtomicU64,
    pub(super) allocated_blocks: AtomicU64,
    pub(super) freed_bytes: AtomicU64,
    pub(super) freed_blocks: AtomicU64,
}

/// The table of one thread. Zero bytes are an empty table.
#[repr(C, align(64))]
pub(super) struct Shard {
    pub(super) known: Known,
    busy: AtomicBool,
    /// Per owner: peak minus live bytes, as far as this table knows.
    ///
    /// Kept as a difference, an allocation is one subtraction and a test of the sign.
    pub(super) headroom: [AtomicI64; MAX_OWNERS],
    pub(super) rows: [Row; MAX_SITES],
}

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

/// Counts an allocation in the table of the calling thread; `false` if it makes a new peak.
///
/// Then [`peaked`] has to be called. Apart, so that the common path needs no register for it.
#[inline(always)]
#[must_use]
pub(super) fn allocated(row: &Row, headroom: &AtomicI64, size: usize) -> bool {
    add(&row.allocated_bytes, size as u64);
    add(&row.allocated_blocks, 1);
    subtract(headroom, size as i64)
}

/// Takes `amount` off and says whether something is left; right only in the table's one thread.
#[cfg(all(target_arch = "x86_64", not(miri)))]
#[inline(always)]
fn subtract(headroom: &AtomicI64, amount: i64) -> bool {
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
#[cfg(not(all(target_arch = "x86_64", not(miri))))]
#[inline(always)]
fn subtract(headroom: &AtomicI64, amount: i64) -> bool {
    let left = headroom.load(Relaxed).wrapping_sub(amount);
    headroom.store(left, Relaxed);
    left >= 0
}

/// Notes that the live bytes are the most that ever were.
pub(super) fn peaked(headroom: &AtomicI64) {
    headroom.store(0, Relaxed);
}

/// Counts a free in the table of the calling thread.
#[inline(always)]
pub(super) fn freed(row: &Row, headroom: &AtomicI64, size: usize) {
    add_release(&row.freed_bytes, size as u64);
    add_release(&row.freed_blocks, 1);
    headroom.store(headroom.load(Relaxed).wrapping_add(size as i64), Relaxed);
}

/// Counts an allocation in the shared table.
pub(super) fn allocated_shared(row: &Row, headroom: &AtomicI64, size: usize) {
    SHARED_USED.store(true, Relaxed);
    row.allocated_bytes.fetch_add(size as u64, Relaxed);
    row.allocated_blocks.fetch_add(1, Relaxed);
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
pub(super) fn freed_shared(row: &Row, headroom: &AtomicI64, size: usize) {
    SHARED_USED.store(true, Relaxed);
    row.freed_bytes.fetch_add(size as u64, Release);
    row.freed_blocks.fetch_add(1, Release);
    headroom.fetch_add(size as i64, Relaxed);
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
    /// The row of a site and the headroom of its owner, given by its number.
    #[inline(always)]
    pub(super) fn at(&self, site: SiteId, owner: u16) -> (&Row, &AtomicI64) {
        (self.row(site), &self.headroom[owner as usize])
    }

    /// The row of a site.
    #[inline(always)]
    pub(super) fn row(&self, site: SiteId) -> &Row {
        &self.rows[site.index()]
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

    fn row() -> Row {
        Row {
            allocated_bytes: AtomicU64::new(0),
            allocated_blocks: AtomicU64::new(0),
            freed_bytes: AtomicU64::new(0),
            freed_blocks: AtomicU64::new(0),
        }
    }

    #[test]
    fn headroom_is_peak_minus_live() {
        type Count = fn(&Row, &AtomicI64, usize);
        let count: Count = |row, headroom, size| {
            if !allocated(row, headroom, size) {
                peaked(headroom);
            }
        };
        let own: (Count, Count) = (count, freed);
        let shared: (Count, Count) = (allocated_shared, freed_shared);
        for (allocate, free) in [own, shared] {
            let (row, headroom) = (row(), AtomicI64::new(0));
            allocate(&row, &headroom, 100);
            assert_eq!(headroom.load(Relaxed), 0, "live 100, peak 100");
            free(&row, &headroom, 100);
            assert_eq!(headroom.load(Relaxed), 100, "live 0, peak 100");
            allocate(&row, &headroom, 40);
            assert_eq!(headroom.load(Relaxed), 60, "live 40, peak 100");
            allocate(&row, &headroom, 70);
            assert_eq!(headroom.load(Relaxed), 0, "live 110, peak 110");
            assert_eq!(row.allocated_bytes.load(Relaxed), 210);
            assert_eq!(row.freed_blocks.load(Relaxed), 1);
        }
    }
}
