//! The state of the calling thread: owner, line, and site cache.
//!
//! One `const` thread-local without `Drop`, so that it needs no registration and can be used at any time in the life of
//! a thread, even in destructors of other thread-locals.

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

/// The thread-local data.
pub(in crate::memory) struct ThreadState {
    /// The owner, and the mark of the current statement if there is one.
    pub(in crate::memory) key: Cell<Key>,
    /// The owner once more, without which the mark cannot be told from the key.
    pub(in crate::memory) owner: Cell<OwnerId>,
    /// The cache at the start of the thread's own shard, or [`EMPTY`] while it has none.
    cache: Cell<*const SiteCache>,
    /// The number of blocks that the thread still counts in the shared table before it tries to acquire a shard.
    pub(super) blocks_to_wait: Cell<u32>,
    pub(super) last_wait: Cell<u32>,
}

thread_local! {
    static CURRENT: ThreadState = const {
        ThreadState {
            key: Cell::new(Key::unmarked(OwnerId::UNATTRIBUTED)),
            owner: Cell::new(OwnerId::UNATTRIBUTED),
            cache: Cell::new(&raw const EMPTY),
            blocks_to_wait: Cell::new(0),
            last_wait: Cell::new(0),
        }
    };
}

/// Returns the state of the calling thread.
#[inline(always)]
pub(in crate::memory) fn current<'a>() -> &'a ThreadState {
    let current = CURRENT.with(ptr::from_ref);
    // SAFETY: a thread-local that needs no drop exists as long as its thread, and the reference does not leave the
    // thread: no caller stores it, and `ThreadState` is not `Sync`.
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
        // SAFETY: `EMPTY`, or the start of a shard, which is never unmapped.
        unsafe { &*self.cache.get() }
    }

    /// Returns the thread's own shard; `None` while it has none.
    #[inline(always)]
    pub(in crate::memory) fn shard(&self) -> Option<&'static Shard> {
        if self.has_no_shard() {
            return None;
        }
        // SAFETY: it is not `EMPTY`.
        Some(unsafe { self.shard_unchecked() })
    }

    /// Returns the thread's own shard.
    ///
    /// # Safety
    ///
    /// The thread has one: its [cache](Self::cache) is not [`EMPTY`].
    #[inline(always)]
    pub(in crate::memory) unsafe fn shard_unchecked(&self) -> &'static Shard {
        // SAFETY: the caller says that this is a shard, which is never unmapped and begins with its cache.
        unsafe { &*self.cache.get().cast::<Shard>() }
    }

    /// Returns true if the thread has no shard of its own.
    #[inline(always)]
    pub(in crate::memory) fn has_no_shard(&self) -> bool {
        ptr::eq(self.cache.get(), &raw const EMPTY)
    }

    /// Sets the shard in which the thread counts from now on.
    pub(super) fn set_shard(&self, shard: Option<&'static Shard>) {
        let cache = shard.map_or(&raw const EMPTY, |shard| ptr::from_ref(shard).cast());
        self.cache.set(cache);
    }
}

/// Returns the address of the calling thread's cache.
pub(super) fn cache_address() -> *const SiteCache {
    current().cache.get()
}

/// Sets the mark of the calling thread's current statement.
///
/// Called by generated code; costs one thread-local load and store.
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn mark(mark: &'static Mark) {
    let current = current();
    current.key.set(Key::new(current.owner.get(), mark));
}

/// The mark of the calling thread's current statement, for [`restore_mark`].
#[derive(Clone, Copy, Debug)]
#[must_use = "the mark is saved to be restored"]
pub struct SavedMark(*const Mark);

/// Saves the current mark, before a closure or a loop body with marks of its own.
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn save_mark() -> SavedMark {
    let current = current();
    SavedMark(current.key.get().mark(current.owner.get()))
}

/// Restores a saved mark.
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn restore_mark(saved: SavedMark) {
    let current = current();
    current.key.set(Key::new(current.owner.get(), saved.0));
}

/// Charges the calling thread's allocations to `owner` from now on, without a line.
///
/// Called by the scheduler, which knows when a step ends; all other code uses a [`Scope`](crate::memory::Scope).
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn set_owner(owner: OwnerId) {
    current().set(owner, Key::unmarked(owner));
}

/// The owner and mark of the calling thread, for [`leave`].
#[derive(Clone, Copy, Debug)]
pub(in crate::memory) struct Saved {
    owner: OwnerId,
    key: Key,
}

/// Sets the owner, as [`set_owner`] does, and returns the owner and mark before.
#[inline(always)]
pub(in crate::memory) fn enter(owner: OwnerId) -> Saved {
    let saved = save();
    current().set(owner, Key::unmarked(owner));
    saved
}

/// Returns the owner and mark of the calling thread, for [`leave`].
#[inline(always)]
pub(in crate::memory) fn save() -> Saved {
    let current = current();
    Saved {
        owner: current.owner.get(),
        key: current.key.get(),
    }
}

/// Sets the owner, and keeps the current line.
pub(crate) fn change_owner(owner: OwnerId) {
    let current = current();
    let mark = current.key.get().mark(current.owner.get());
    current.set(owner, Key::new(owner, mark));
}

/// Returns the owner and mark of the calling thread, for another thread to take over.
pub(in crate::memory) fn owner_and_mark() -> (OwnerId, Option<&'static Mark>) {
    let current = current();
    let owner = current.owner.get();
    // SAFETY: the mark of a key was made from a `&'static Mark`, or it is null.
    (owner, unsafe { current.key.get().mark(owner).as_ref() })
}

/// Sets the owner, and the mark if there is one; returns the owner and mark before.
pub(in crate::memory) fn enter_at(owner: OwnerId, mark: Option<&'static Mark>) -> Saved {
    let saved = enter(owner);
    current()
        .key
        .set(Key::new(owner, mark.map_or(ptr::null(), ptr::from_ref)));
    saved
}

/// Restores the owner and mark from before [`enter`].
#[inline(always)]
pub(in crate::memory) fn leave(saved: Saved) {
    current().set(saved.owner, saved.key);
}

/// Returns the owner that the calling thread's allocations are charged to.
#[inline(always)]
#[must_use]
pub fn owner() -> OwnerId {
    current().owner.get()
}
