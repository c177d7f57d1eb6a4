//! The state of the calling thread: owner, line, and where it counts.
//!
//! One `const` thread-local without `Drop`, so that it can be reached at any time in the life of a
//! thread, destructors of other thread-locals included, and without a registration.

#![expect(
    unsafe_code,
    reason = "dereferences rows of tables that are never unmapped"
)]

use std::cell::Cell;
use std::ptr;

use crate::memory::id::key::Key;
use crate::memory::id::mark::Mark;
use crate::memory::id::owner::OwnerId;
use crate::memory::thread::shard::Shard;
use crate::memory::thread::site_cache::{EMPTY, SiteCache};

/// The thread-local block.
pub(in crate::memory) struct ThreadState {
    /// Owner, and the statement being run if one is known.
    pub(in crate::memory) key: Cell<Key>,
    pub(in crate::memory) owner: Cell<OwnerId>,
    /// Where the thread counts: the head of its own table, or [`EMPTY`] while it has none.
    cache: Cell<*const SiteCache>,
    /// How many blocks are counted in the shared table before a table is asked for, and before.
    pub(super) patience: Cell<u32>,
    pub(super) wait: Cell<u32>,
}

thread_local! {
    static CURRENT: ThreadState = const {
        ThreadState {
            key: Cell::new(Key::unmarked(OwnerId::UNATTRIBUTED)),
            owner: Cell::new(OwnerId::UNATTRIBUTED),
            cache: Cell::new(&raw const EMPTY),
            patience: Cell::new(0),
            wait: Cell::new(0),
        }
    };
}

/// The block of the calling thread.
#[inline(always)]
pub(in crate::memory) fn current<'a>() -> &'a ThreadState {
    let current = CURRENT.with(ptr::from_ref);
    // SAFETY: a thread-local that needs no drop is there as long as its thread, and the reference
    // cannot leave it: it is kept by nobody, and `ThreadState` is not `Sync`.
    unsafe { &*current }
}

impl ThreadState {
    #[inline(always)]
    fn set(&self, owner: OwnerId, key: Key) {
        self.owner.set(owner);
        self.key.set(key);
    }

    #[inline(always)]
    pub(in crate::memory) fn cache(&self) -> &'static SiteCache {
        // SAFETY: `EMPTY`, or the head of a table, which is never unmapped.
        unsafe { &*self.cache.get() }
    }

    /// The thread's own shard; `None` while it has none.
    #[inline(always)]
    pub(in crate::memory) fn shard(&self) -> Option<&'static Shard> {
        if self.has_no_shard() {
            return None;
        }
        // SAFETY: it is not `EMPTY`.
        Some(unsafe { self.shard_unchecked() })
    }

    /// The thread's own shard.
    ///
    /// # Safety
    ///
    /// The thread has one: what it [knows](Self::cache) is not [`EMPTY`].
    #[inline(always)]
    pub(in crate::memory) unsafe fn shard_unchecked(&self) -> &'static Shard {
        // SAFETY: the caller says that this is a table, which is never unmapped, and its head comes first.
        unsafe { &*self.cache.get().cast::<Shard>() }
    }

    /// Returns true if the thread has no shard of its own.
    #[inline(always)]
    pub(in crate::memory) fn has_no_shard(&self) -> bool {
        ptr::eq(self.cache.get(), &raw const EMPTY)
    }

    /// Sets the shard in which the thread counts from now on.
    pub(super) fn set_shard(&self, shard: Option<&'static Shard>) {
        let known = shard.map_or(&raw const EMPTY, |shard| ptr::from_ref(shard).cast());
        self.cache.set(known);
    }
}

/// Where the calling thread counts.
pub(super) fn table() -> *const SiteCache {
    current().cache.get()
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
