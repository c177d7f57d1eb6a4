//! The tables of all threads: acquired, released and merged.
//!
//! A thread that ends releases its table with its numbers, and a later thread takes it over. If more tables wait than
//! are likely to be taken over, their numbers are added up in one *merged* table and their pages are returned to the
//! system. So the cost of reading depends on the tables in use, not on the number of threads that ever ran.
//!
//! A reader must see each number once. There are two merged tables, and a *version* says which of them is current and
//! which tables it includes. A merge fills the other one and then increments the version. A reader keeps to the version
//! with which it began. While a reader uses a version, nothing is added to its merged table, and the tables that are
//! not in it keep their numbers. Nobody waits: if a merge is not possible now, the next thread that ends tries again.

#![expect(
    unsafe_code,
    reason = "the tables are views of pages from the operating system"
)]

use std::ptr;
use std::sync::atomic::{
    AtomicBool, AtomicPtr, AtomicU8, AtomicU64, AtomicUsize,
    Ordering::{AcqRel, Acquire, Relaxed, Release, SeqCst},
};

use crate::memory::id::limits::{MAX_TABLES, MAX_WAITING};
use crate::memory::id::names;
use crate::memory::id::sites;
use crate::memory::sys::pages;
use crate::memory::thread::shard::{self, Shard};

// The states of a table; zero before the table is made.

/// A thread owns the table.
const BUSY: u8 = 1;
/// The table waits for a thread, with its numbers.
const WAITS: u8 = 2;
/// The numbers are in a merged table, but readers of an older version may still read them here.
const MERGED: u8 = 3;
/// The table has no numbers and no pages.
const EMPTY: u8 = 4;

/// The state of a table, stored outside of it, so that the pages of an empty table are not touched.
struct TableSlot {
    table: AtomicPtr<Shard>,
    state: AtomicU8,
    /// The version from which on the numbers are in the merged table; `u64::MAX` while they are in this one.
    merged_at: AtomicU64,
    /// The state of the random numbers, saved while the table has no pages; a later thread continues with it.
    random: [AtomicU64; 2],
}

static SLOTS: [TableSlot; MAX_TABLES] = [const {
    TableSlot {
        table: AtomicPtr::new(ptr::null_mut()),
        state: AtomicU8::new(0),
        merged_at: AtomicU64::new(u64::MAX),
        random: [const { AtomicU64::new(0) }; 2],
    }
}; MAX_TABLES];
static COUNT: AtomicUsize = AtomicUsize::new(0);
static WAITING_COUNT: AtomicUsize = AtomicUsize::new(0);
/// The number of times that the system refused a table.
static REFUSED: AtomicU64 = AtomicU64::new(0);

static VERSION: AtomicU64 = AtomicU64::new(0);
static MERGED_TABLES: [AtomicPtr<Shard>; 2] = [const { AtomicPtr::new(ptr::null_mut()) }; 2];
/// The number of readers of each merged table.
static READERS: [AtomicUsize; 2] = [const { AtomicUsize::new(0) }; 2];
static IS_MERGING: AtomicBool = AtomicBool::new(false);

fn parity(version: u64) -> usize {
    (version % 2) as usize
}

fn slots() -> &'static [TableSlot] {
    &SLOTS[..COUNT.load(Acquire).min(MAX_TABLES)]
}

fn load(slot: &AtomicPtr<Shard>) -> Option<&'static Shard> {
    // SAFETY: the pointer is null or a table that is never unmapped.
    unsafe { slot.load(Acquire).as_ref() }
}

impl TableSlot {
    fn transition(&self, from: u8, to: u8) -> bool {
        // Success acquires: the thread that takes the table over sees the last stores of the one that released it.
        self.state.load(Relaxed) == from
            && self
                .state
                .compare_exchange(from, to, SeqCst, Relaxed)
                .is_ok()
    }
}

/// A shard that the calling thread has acquired.
pub(super) struct Acquired {
    pub(super) shard: &'static Shard,
    /// True if nothing was ever counted in it, so that the mode has to be copied into it.
    pub(super) is_empty: bool,
}

/// Acquires a table for the calling thread alone, until [`release`].
///
/// Returns `None` if the thread has to use the shared one.
pub(super) fn acquire() -> Option<Acquired> {
    let known = slots();
    if WAITING_COUNT.load(Relaxed) > 0
        && let Some(slot) = known.iter().find(|slot| slot.transition(WAITS, BUSY))
    {
        WAITING_COUNT.fetch_sub(1, Relaxed);
        let shard = load(&slot.table)?;
        let is_empty = false;
        return Some(Acquired { shard, is_empty });
    }
    let empty = known.iter().position(|slot| slot.transition(EMPTY, BUSY));
    if let Some(index) = empty {
        return initialise(index);
    }
    if known.len() == MAX_TABLES {
        return None;
    }
    let Some(fresh) = shard::map_shard() else {
        REFUSED.fetch_add(1, Relaxed);
        return None;
    };
    let index = COUNT.fetch_add(1, AcqRel);
    if index >= MAX_TABLES {
        COUNT.store(MAX_TABLES, Release);
        // SAFETY: the region was not published.
        unsafe { pages::unmap_unpublished(fresh.cast(), size_of::<Shard>()) };
        return None;
    }
    SLOTS[index].state.store(BUSY, SeqCst);
    SLOTS[index].table.store(fresh.as_ptr(), Release);
    initialise(index)
}

/// Initialises a zeroed table.
fn initialise(index: usize) -> Option<Acquired> {
    let slot = &SLOTS[index];
    let shard = load(&slot.table)?;
    shard.initialise(index, &slot.random);
    slot.merged_at.store(u64::MAX, SeqCst);
    let is_empty = true;
    Some(Acquired { shard, is_empty })
}

/// Releases the table, so that a later thread can take it over with all its numbers.
pub(super) fn release(shard: &Shard) {
    let index = shard.index();
    WAITING_COUNT.fetch_add(1, Relaxed);
    SLOTS[index].state.store(WAITS, SeqCst);
    while WAITING_COUNT.load(Relaxed) > MAX_WAITING && merge() {}
}

/// Returns how often the system has refused a thread a table of its own.
pub(in crate::memory) fn refused() -> u64 {
    REFUSED.load(Relaxed)
}

/// Returns all tables whose site cache may have entries: those that a thread has, those that wait for a thread, and the
/// shared one.
pub(in crate::memory) fn in_use() -> impl Iterator<Item = &'static Shard> {
    let used = slots()
        .iter()
        .filter(|slot| [BUSY, WAITS].contains(&slot.state.load(SeqCst)));
    used.filter_map(|slot| load(&slot.table))
        .chain(shard::shared_if_used())
}

/// One version of all numbers, which stays readable until this is dropped.
pub(in crate::memory) struct View {
    version: u64,
}

impl View {
    pub(in crate::memory) fn new() -> Self {
        loop {
            let version = VERSION.load(SeqCst);
            READERS[parity(version)].fetch_add(1, SeqCst);
            let view = Self { version };
            if VERSION.load(SeqCst) == version {
                return view;
            }
        }
    }

    /// Returns all tables with numbers, the merged and the shared one last.
    ///
    /// If a reader has seen the free of a block, and calls this afterwards, it gets the table in which the allocation
    /// was counted, too.
    pub(in crate::memory) fn tables(&self) -> impl Iterator<Item = &'static Shard> + Clone {
        let version = self.version;
        let own = slots()
            .iter()
            .filter(move |slot| slot.merged_at.load(SeqCst) > version);
        own.filter_map(|slot| load(&slot.table))
            .chain(self.merged())
            .chain(shard::shared_if_used())
    }

    /// Returns the table with the merged numbers.
    pub(in crate::memory) fn merged(&self) -> Option<&'static Shard> {
        load(&MERGED_TABLES[parity(self.version)])
    }
}

impl Drop for View {
    fn drop(&mut self) {
        READERS[parity(self.version)].fetch_sub(1, SeqCst);
    }
}

/// Merges the tables that wait; `false` if that is not possible now.
fn merge() -> bool {
    if !pages::CAN_EMPTY || IS_MERGING.swap(true, Acquire) {
        return false;
    }
    let is_done = merge_all();
    IS_MERGING.store(false, Release);
    is_done
}

fn merge_all() -> bool {
    let version = VERSION.load(SeqCst);
    let next = version + 1;
    if READERS[parity(next)].load(SeqCst) > 0 {
        return false;
    }
    // No reader has an earlier version, so nobody reads the tables that were merged up to this one.
    empty_merged(version);
    let Some(to) = load(&MERGED_TABLES[parity(next)]).or_else(|| {
        let fresh = shard::map_shard()?;
        MERGED_TABLES[parity(next)].store(fresh.as_ptr(), Release);
        load(&MERGED_TABLES[parity(next)])
    }) else {
        return false;
    };
    let mut is_first = true;
    let (sites, owners) = (sites::end(), names::end());
    for slot in slots() {
        let Some(table) = load(&slot.table).filter(|_| slot.transition(WAITS, MERGED)) else {
            continue;
        };
        WAITING_COUNT.fetch_sub(1, Relaxed);
        if is_first {
            to.copy_of(load(&MERGED_TABLES[parity(version)]), sites, owners);
            is_first = false;
        }
        to.add(table, sites, owners);
        slot.merged_at.store(next, SeqCst);
    }
    if is_first {
        return false;
    }
    VERSION.store(next, SeqCst);
    if READERS[parity(version)].load(SeqCst) == 0 {
        empty_merged(next);
    }
    true
}

/// Returns to the system the pages of the tables that were merged up to `version`, which nobody may read any more.
fn empty_merged(version: u64) {
    let merged = |slot: &&TableSlot| {
        slot.state.load(SeqCst) == MERGED && slot.merged_at.load(SeqCst) <= version
    };
    for slot in slots().iter().filter(merged) {
        let Some(table) = load(&slot.table) else {
            continue;
        };
        table.save_random(&slot.random);
        // SAFETY: the table has no owner and no reader, and may be zero.
        if unsafe { pages::empty(ptr::from_ref(table).cast_mut().cast(), size_of::<Shard>()) } {
            slot.state.store(EMPTY, SeqCst);
        }
    }
}

/// Returns the bytes of all tables that occupy memory now, measuring only the parts in use.
pub(in crate::memory) fn committed() -> usize {
    let (sites, owners) = (sites::end(), names::end());
    let merged = MERGED_TABLES.iter().filter_map(load);
    let shared = shard::shared().into_iter();
    let own = slots()
        .iter()
        .filter(|slot| ![0, EMPTY].contains(&slot.state.load(SeqCst)))
        .filter_map(|slot| load(&slot.table));
    own.chain(merged)
        .chain(shared)
        .map(|table| table.committed(sites, owners))
        .sum()
}
