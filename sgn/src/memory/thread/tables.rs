//! The tables of all threads: who has which, and what becomes of them when threads end.
//!
//! A thread that ends leaves its table behind, with its numbers, and a later thread takes it over. When
//! more wait than are likely to be taken over, their numbers are added up into one *merged* table, and
//! their pages given back: so what a reader goes through is what is in use, not what ever was.
//!
//! A reader must see each number once. There are two merged tables, and a *version* says which of them
//! holds, and with it which tables are in it. Whoever merges makes the other one, and then turns the
//! version; a reader keeps to the version with which it began, and as long as it is there, nothing of
//! that version is changed. Nobody waits: who cannot merge now leaves it to the next thread that ends.

#![expect(
    unsafe_code,
    reason = "the tables are views of pages from the operating system"
)]

use std::ptr;
use std::sync::atomic::{
    AtomicBool, AtomicPtr, AtomicU8, AtomicU64, AtomicUsize,
    Ordering::{AcqRel, Acquire, Relaxed, Release, SeqCst},
};

use crate::memory::id::names;
use crate::memory::id::sites;
use crate::memory::sys::pages;
use crate::memory::thread::shard::{self, Shard};

/// Most threads that count at once in a table of their own.
const MAX_TABLES: usize = 1024;
/// How many tables wait to be taken over before they are merged.
const WAITING: usize = 8;

/// A thread has the table.
const BUSY: u8 = 1;
/// The table waits, with its numbers.
const WAITS: u8 = 2;
/// Its numbers are in a merged table, and readers of an older version may still read them here.
const MERGED: u8 = 3;
/// The table has no numbers and no pages.
const EMPTY: u8 = 4;

/// What is known of a table beside it: of one that is empty, nothing is looked at.
struct Place {
    table: AtomicPtr<Shard>,
    state: AtomicU8,
    /// From which version on its numbers are in the merged table; `u64::MAX` if they are in it itself.
    merged_at: AtomicU64,
    /// The thread's random numbers while the table has no pages: a later one goes on with them.
    random: [AtomicU64; 2],
}

static PLACES: [Place; MAX_TABLES] = [const {
    Place {
        table: AtomicPtr::new(ptr::null_mut()),
        state: AtomicU8::new(0),
        merged_at: AtomicU64::new(u64::MAX),
        random: [const { AtomicU64::new(0) }; 2],
    }
}; MAX_TABLES];
static COUNT: AtomicUsize = AtomicUsize::new(0);
static WAIT: AtomicUsize = AtomicUsize::new(0);
/// How often the system has refused a table.
static REFUSED: AtomicU64 = AtomicU64::new(0);

static VERSION: AtomicU64 = AtomicU64::new(0);
static BOTH: [AtomicPtr<Shard>; 2] = [const { AtomicPtr::new(ptr::null_mut()) }; 2];
/// How many read which of the two.
static READERS: [AtomicUsize; 2] = [const { AtomicUsize::new(0) }; 2];
static IS_MERGING: AtomicBool = AtomicBool::new(false);

fn of(version: u64) -> usize {
    (version % 2) as usize
}

fn places() -> &'static [Place] {
    &PLACES[..COUNT.load(Acquire).min(MAX_TABLES)]
}

fn at(place: &AtomicPtr<Shard>) -> Option<&'static Shard> {
    // SAFETY: the pointer is null or a table that is never unmapped.
    unsafe { place.load(Acquire).as_ref() }
}

impl Place {
    fn turn(&self, from: u8, to: u8) -> bool {
        // Acquire: the former owner's last stores are visible to the thread that continues them.
        self.state.load(Relaxed) == from
            && self
                .state
                .compare_exchange(from, to, SeqCst, Relaxed)
                .is_ok()
    }
}

/// A shard that was taken for the calling thread.
pub(super) struct Taken {
    pub(super) shard: &'static Shard,
    /// True if nothing was ever counted in it: then its byte has to follow the mode.
    pub(super) is_empty: bool,
}

/// A table for the calling thread alone, until [`leave`].
///
/// `None` means that the thread has to use the shared one.
pub(super) fn acquire() -> Option<Taken> {
    let known = places();
    if WAIT.load(Relaxed) > 0
        && let Some(place) = known.iter().find(|place| place.turn(WAITS, BUSY))
    {
        WAIT.fetch_sub(1, Relaxed);
        let shard = at(&place.table)?;
        let is_empty = false;
        return Some(Taken { shard, is_empty });
    }
    let empty = known.iter().position(|place| place.turn(EMPTY, BUSY));
    if let Some(index) = empty {
        return begin(index);
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
    PLACES[index].state.store(BUSY, SeqCst);
    PLACES[index].table.store(fresh.as_ptr(), Release);
    begin(index)
}

/// Begins with a table of zeros.
fn begin(index: usize) -> Option<Taken> {
    let place = &PLACES[index];
    let shard = at(&place.table)?;
    shard.number(index, &place.random);
    place.merged_at.store(u64::MAX, SeqCst);
    let is_empty = true;
    Some(Taken { shard, is_empty })
}

/// Lets a later thread take the table over, with all its numbers.
pub(super) fn leave(shard: &Shard) {
    let index = shard.index();
    WAIT.fetch_add(1, Relaxed);
    PLACES[index].state.store(WAITS, SeqCst);
    while WAIT.load(Relaxed) > WAITING && merge() {}
}

/// How often the system has refused a thread a table of its own.
pub(in crate::memory) fn refused() -> u64 {
    REFUSED.load(Relaxed)
}

/// All tables of which threads remember something, or will.
pub(in crate::memory) fn in_use() -> impl Iterator<Item = &'static Shard> {
    let used = places()
        .iter()
        .filter(|place| [BUSY, WAITS].contains(&place.state.load(SeqCst)));
    used.filter_map(|place| at(&place.table))
        .chain(shard::shared_if_used())
}

/// One version of all numbers, for as long as it is there.
pub(in crate::memory) struct View {
    version: u64,
}

impl View {
    pub(in crate::memory) fn new() -> Self {
        loop {
            let version = VERSION.load(SeqCst);
            READERS[of(version)].fetch_add(1, SeqCst);
            let view = Self { version };
            if VERSION.load(SeqCst) == version {
                return view;
            }
        }
    }

    /// All tables with numbers, the merged and the shared one last.
    ///
    /// Whoever saw the free of a block also sees, in a list made later, the table of its birth.
    pub(in crate::memory) fn tables(&self) -> impl Iterator<Item = &'static Shard> + Clone {
        let version = self.version;
        let own = places()
            .iter()
            .filter(move |place| place.merged_at.load(SeqCst) > version);
        own.filter_map(|place| at(&place.table))
            .chain(self.merged())
            .chain(shard::shared_if_used())
    }

    /// The table of those that were merged.
    pub(in crate::memory) fn merged(&self) -> Option<&'static Shard> {
        at(&BOTH[of(self.version)])
    }
}

impl Drop for View {
    fn drop(&mut self) {
        READERS[of(self.version)].fetch_sub(1, SeqCst);
    }
}

/// Merges the tables that wait; `false` if that cannot be done now.
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
    if READERS[of(next)].load(SeqCst) > 0 {
        return false;
    }
    // Nobody reads what was merged before.
    empty_merged(version);
    let Some(to) = at(&BOTH[of(next)]).or_else(|| {
        let fresh = shard::map_shard()?;
        BOTH[of(next)].store(fresh.as_ptr(), Release);
        at(&BOTH[of(next)])
    }) else {
        return false;
    };
    let mut is_first = true;
    let (sites, owners) = (sites::end(), names::end());
    for place in places() {
        let Some(table) = at(&place.table).filter(|_| place.turn(WAITS, MERGED)) else {
            continue;
        };
        WAIT.fetch_sub(1, Relaxed);
        if is_first {
            to.copy_of(at(&BOTH[of(version)]), sites, owners);
            is_first = false;
        }
        to.add(table, sites, owners);
        place.merged_at.store(next, SeqCst);
    }
    if is_first {
        return false;
    }
    VERSION.store(next, SeqCst);
    if READERS[of(version)].load(SeqCst) == 0 {
        empty_merged(next);
    }
    true
}

/// Gives the pages of the tables back that were merged up to `version`, and that nobody reads.
fn empty_merged(version: u64) {
    let merged = |place: &&Place| {
        place.state.load(SeqCst) == MERGED && place.merged_at.load(SeqCst) <= version
    };
    for place in places().iter().filter(merged) {
        let Some(table) = at(&place.table) else {
            continue;
        };
        table.save_random(&place.random);
        // SAFETY: the table has no owner and no reader, and may be zero.
        if unsafe { pages::empty(ptr::from_ref(table).cast_mut().cast(), size_of::<Shard>()) } {
            place.state.store(EMPTY, SeqCst);
        }
    }
}

/// Bytes of all tables that occupy memory now: only what is in use is asked for.
pub(in crate::memory) fn committed() -> usize {
    let (sites, owners) = (sites::end(), names::end());
    let merged = BOTH.iter().filter_map(at);
    let shared = shard::shared().into_iter();
    let own = places()
        .iter()
        .filter(|place| ![0, EMPTY].contains(&place.state.load(SeqCst)))
        .filter_map(|place| at(&place.table));
    own.chain(merged)
        .chain(shared)
        .map(|table| table.committed(sites, owners))
        .sum()
}
