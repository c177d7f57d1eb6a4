//! What the calling thread is doing now: owner, line, and where it counts.
//!
//! One `const` thread-local without `Drop`, so that it can be reached at any time in the life of a
//! thread, destructors of other thread-locals included, and without a registration.

#![expect(
    unsafe_code,
    reason = "dereferences rows of tables that are never unmapped"
)]

use std::cell::Cell;
use std::num::NonZeroU16;
use std::ptr;
use std::sync::atomic::AtomicI64;

use crate::memory::id::anomalies;
use crate::memory::id::mark::Mark;
use crate::memory::id::names;
use crate::memory::id::owner::OwnerId;
use crate::memory::id::sites::{self, SiteId};
use crate::memory::id::tag::{Birth, Tag};
use crate::memory::mode;
use crate::memory::sampling::rate;
use crate::memory::sampling::samples;
use crate::memory::sys::thread_end;
use crate::memory::thread::shard::{self, Shard};
use crate::memory::thread::site_cache::{Key, Known, NOTHING};
use crate::memory::thread::strangers;
use crate::memory::thread::tables;

/// The thread-local block.
struct Current {
    /// Owner, and the statement being run if one is known.
    key: Cell<Key>,
    owner: Cell<OwnerId>,
    /// Where the thread counts: the head of its own table, or [`NOTHING`] while it has none.
    known: Cell<*const Known>,
    /// How many blocks are counted in the shared table before a table is asked for, and before.
    patience: Cell<u32>,
    wait: Cell<u32>,
}

/// How many blocks a thread counts in the shared table before it asks for one of its own again.
const LEAST_WAIT: u32 = 64;
const MOST_WAIT: u32 = 1 << 16;

thread_local! {
    static CURRENT: Current = const {
        Current {
            key: Cell::new(Key::unmarked(OwnerId::UNATTRIBUTED)),
            owner: Cell::new(OwnerId::UNATTRIBUTED),
            known: Cell::new(&raw const NOTHING),
            patience: Cell::new(0),
            wait: Cell::new(0),
        }
    };
}

/// The block of the calling thread.
#[inline(always)]
fn current<'a>() -> &'a Current {
    let current = CURRENT.with(ptr::from_ref);
    // SAFETY: a thread-local that needs no drop is there as long as its thread, and the reference
    // cannot leave it: it is kept by nobody, and `Current` is not `Sync`.
    unsafe { &*current }
}

/// What [`charge`] did.
pub(in crate::memory) enum Charge {
    /// The block is counted, and this is its tag.
    Counted(Tag),
    /// Blocks are not counted now.
    NotCounted,
    /// The block is counted, and makes a new peak of its owner in this thread.
    Peaked(Tag, &'static AtomicI64),
    /// Nothing is done yet: it takes [`charge_unknown`].
    Unknown,
}

/// Counts a block of `size` bytes to the current owner and line, if blocks are counted.
#[inline(always)]
pub(in crate::memory) fn charge(size: usize) -> Charge {
    let current = current();
    let known = current.known();
    let key = current.key.get();
    let Some(place) = known.known_place(key) else {
        if known.state_is::<{ mode::OFF }>() {
            return Charge::NotCounted;
        }
        return if known.is_between_samples(size) {
            Charge::NotCounted
        } else {
            Charge::Unknown
        };
    };
    // SAFETY: what is known points into this thread's table, which is never unmapped.
    let headroom = unsafe { &*place.headroom() };
    // SAFETY: `NOTHING` knows no place, so this is a table, and its head comes first in it.
    let shard = unsafe { &*current.known.get().cast::<Shard>() };
    let below_peak = shard.allocated(place.site(), headroom, size);
    if below_peak {
        Charge::Counted(place.tag())
    } else {
        Charge::Peaked(place.tag(), headroom)
    }
}

/// Counts the end of a block of `size` bytes that was born with `tag`; `false` if it takes
/// [`credit_unmet`].
#[inline(always)]
#[must_use]
pub(in crate::memory) fn credit(tag: Tag, size: usize) -> bool {
    let site = tag.site();
    if site == SiteId::NONE {
        return tag.is_not_counted();
    }
    let current = current();
    if !current.known().has_met(site, tag) {
        return false;
    }
    // SAFETY: `NOTHING` has met no site, so this is a table, and its head comes first in it.
    let shard = unsafe { &*current.known.get().cast::<Shard>() };
    shard.freed(site, size);
    true
}

/// Counts a block, if blocks are counted, at an owner and line that this thread may not know; its
/// tag is returned.
#[inline(never)]
pub(in crate::memory) fn charge_unknown(size: usize) -> Tag {
    match mode::state() {
        mode::ON => {}
        mode::SAMPLED => return sample(size),
        other => {
            mode::pass_over(other, size);
            return Tag::NOT_COUNTED;
        }
    }
    let current = current();
    let (owner, key) = (current.owner.get(), current.key.get());
    let mut site = site_of(owner, key);
    if let Some(shard) = current.own_shard() {
        let mut headroom = shard.meet(site, number_of(site));
        if number_of(site) == OwnerId::UNATTRIBUTED.number() {
            shard.stranger.meet(site, shard.allocated_at(site));
        }
        if site != sites::ENDED {
            shard.known.note(key, site, headroom);
            let place = shard.known.place(key);
            if !mode::still_on() {
                place.forget();
            }
            // Either this is seen here, or the place by whoever ends the owner.
            if !names::is_live(owner) {
                place.forget();
                site = sites::ENDED;
                headroom = shard.meet(site, number_of(site));
            }
        }
        if !shard.allocated(site, headroom, size) {
            shard::peaked(headroom);
        }
    } else if let Some(shared) = shard::shared() {
        shared.allocated_shared(site, number_of(site), size);
    } else {
        return Tag::NOT_COUNTED;
    }
    Tag::new(site)
}

/// The site of an owner and line; that of those that have ended, if the owner has.
fn site_of(owner: OwnerId, key: Key) -> SiteId {
    if names::is_live(owner) {
        sites::look_up(owner, key.mark(owner))
    } else {
        sites::ENDED
    }
}

/// The number of the owner of a site that was looked up.
fn number_of(site: SiteId) -> u16 {
    sites::owner_of(site).map_or(OwnerId::OVERFLOW.number(), NonZeroU16::get)
}

/// Samples a block, if it is its turn; its tag is returned.
fn sample(size: usize) -> Tag {
    let current = current();
    let mean = match current.own_shard() {
        Some(shard) => shard.sample(size),
        None => rate::without_countdown(size),
    };
    let Some(mean) = mean else {
        return Tag::NOT_COUNTED;
    };
    let site = site_of(current.owner.get(), current.key.get());
    let bytes = samples::allocated(site, size, mean);
    if number_of(site) == OwnerId::UNATTRIBUTED.number()
        && let Some(shard) = current.own_shard()
    {
        shard.stranger.meet_sample(bytes);
    }
    Tag::sampled(site, mean)
}

/// Counts the end of a block at a site that the thread has not met, or whose tag is not right.
#[cold]
#[inline(never)]
pub(in crate::memory) fn credit_unmet(tag: Tag, size: usize) {
    let (site, owner) = match tag.birth() {
        Birth::Counted(site, owner) => (site, owner),
        Birth::Sampled(site, mean) => {
            begin_if_first(site);
            return samples::freed(site, size, mean);
        }
        Birth::NotCounted => return,
        Birth::Corrupted => return anomalies::note(size),
    };
    let current = current();
    let is_first_deed = ptr::eq(current.known.get(), &raw const NOTHING);
    if let Some(shard) = current.own_shard() {
        if is_first_deed {
            shard.stranger.begin(shard, sites::mark_of(site));
        }
        shard.meet(site, owner);
        shard.freed(site, size);
    } else if let Some(shared) = shard::shared() {
        shared.freed_shared(site, owner, size);
    }
}

/// Notes the line of a sampled block that is the first thing a thread frees, which has no table so far.
fn begin_if_first(site: SiteId) {
    let current = current();
    if !ptr::eq(current.known.get(), &raw const NOTHING) {
        return;
    }
    if let Some(shard) = current.own_shard() {
        shard.stranger.begin(shard, sites::mark_of(site));
    }
}

impl Current {
    #[inline(always)]
    fn set(&self, owner: OwnerId, key: Key) {
        self.owner.set(owner);
        self.key.set(key);
    }

    #[inline(always)]
    fn known(&self) -> &'static Known {
        // SAFETY: `NOTHING`, or the head of a table, which is never unmapped.
        unsafe { &*self.known.get() }
    }

    /// The thread's own table, taken at its first use and left when the thread ends.
    #[inline]
    fn own_shard(&self) -> Option<&'static Shard> {
        let known = self.known.get();
        if ptr::eq(known, &raw const NOTHING) {
            return self.take_shard();
        }
        // SAFETY: this thread's table, which is never unmapped, begins with what it knows.
        Some(unsafe { &*known.cast::<Shard>() })
    }

    /// Notes that there is no table now: it is asked for less and less often.
    fn has_none(&self) -> Option<&'static Shard> {
        let wait = (self.wait.get() * 2).clamp(LEAST_WAIT, MOST_WAIT);
        self.wait.set(wait);
        self.patience.set(wait);
        None
    }

    #[cold]
    #[inline(never)]
    fn take_shard(&self) -> Option<&'static Shard> {
        let left = self.patience.get();
        if left > 0 {
            self.patience.set(left - 1);
            return None;
        }
        let Some(shard) = tables::acquire() else {
            return self.has_none();
        };
        if !thread_end::call_leave(shard) {
            tables::leave(shard);
            return self.has_none();
        }
        shard.stranger.begin(shard, None);
        self.known.set(ptr::from_ref(shard).cast());
        Some(shard)
    }
}

/// Where the calling thread counts.
pub(super) fn table() -> *const Known {
    current().known.get()
}

/// Gives the calling thread's table up, as the thread ends.
///
/// If it goes on to allocate, it counts in the shared table: nobody would say when it is over with one
/// of its own.
pub(in crate::memory) fn leave_shard(shard: &Shard) {
    let current = current();
    current.known.set(&raw const NOTHING);
    current.patience.set(u32::MAX);
    strangers::end(shard);
    tables::leave(shard);
}

/// Notes that the calling thread runs the statement of `mark` from now on.
///
/// Used by generated code; one thread-local load and store.
#[inline(always)]
pub fn mark(mark: &'static Mark) {
    let current = current();
    current.key.set(Key::new(current.owner.get(), mark));
}

/// The statement that the calling thread runs, to be given back to [`restore_mark`].
#[derive(Clone, Copy, Debug)]
#[must_use = "the mark is saved to be restored"]
pub struct SavedMark(*const Mark);

/// Saves the current mark, before a closure or a loop body with marks of its own.
#[inline(always)]
pub fn save_mark() -> SavedMark {
    let current = current();
    SavedMark(current.key.get().mark(current.owner.get()))
}

/// Goes back to a saved mark.
#[inline(always)]
pub fn restore_mark(saved: SavedMark) {
    let current = current();
    current.key.set(Key::new(current.owner.get(), saved.0));
}

/// Charges the calling thread's allocations to `owner` from now on, at no known line.
///
/// Used by the scheduler, which knows when a step ends; everyone else uses a
/// [`Scope`](crate::memory::Scope).
#[inline(always)]
pub fn set_owner(owner: OwnerId) {
    current().set(owner, Key::unmarked(owner));
}

/// Owner and statement of the calling thread, to be given back to [`leave`].
#[derive(Clone, Copy, Debug)]
pub(in crate::memory) struct Saved {
    owner: OwnerId,
    key: Key,
}

/// As [`set_owner`]; what was there before is returned.
#[inline(always)]
pub(in crate::memory) fn enter(owner: OwnerId) -> Saved {
    let saved = here();
    current().set(owner, Key::unmarked(owner));
    saved
}

/// Owner and statement of the calling thread, to go back to.
#[inline(always)]
pub(in crate::memory) fn here() -> Saved {
    let current = current();
    Saved {
        owner: current.owner.get(),
        key: current.key.get(),
    }
}

/// As [`set_owner`], at the line that is current.
pub(crate) fn change_owner(owner: OwnerId) {
    let current = current();
    let mark = current.key.get().mark(current.owner.get());
    current.set(owner, Key::new(owner, mark));
}

/// Owner and statement of the calling thread, to be taken over by another one.
pub(in crate::memory) fn now() -> (OwnerId, Option<&'static Mark>) {
    let current = current();
    let owner = current.owner.get();
    // SAFETY: the mark of a key was made from a `&'static Mark`, or it is null.
    (owner, unsafe { current.key.get().mark(owner).as_ref() })
}

/// As [`enter`], at a line that is known, perhaps.
pub(in crate::memory) fn enter_at(owner: OwnerId, mark: Option<&'static Mark>) -> Saved {
    let saved = enter(owner);
    current()
        .key
        .set(Key::new(owner, mark.map_or(ptr::null(), ptr::from_ref)));
    saved
}

/// Goes back to owner and statement before [`enter`].
#[inline(always)]
pub(in crate::memory) fn leave(saved: Saved) {
    current().set(saved.owner, saved.key);
}

/// The owner that the calling thread's allocations are charged to.
#[inline(always)]
#[must_use]
pub fn owner() -> OwnerId {
    current().owner.get()
}
