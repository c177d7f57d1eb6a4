//! What the calling thread is doing now: owner, line, stride, and where it counts.
//!
//! One `const` thread-local without `Drop`, so that it can be reached at any time in the life of a
//! thread, destructors of other thread-locals included, and without a registration.

#![expect(
    unsafe_code,
    reason = "dereferences rows of tables that are never unmapped"
)]

use std::cell::Cell;
use std::ptr;

use super::counters::{self, Row, Shard};
use super::owner::OwnerId;
use super::site::{self, Mark, SiteId};
use super::tag::Tag;
use super::thread_end;
use std::sync::atomic::AtomicI64;

/// A mark that no statement has: what is stored as resolved is out of date.
const STALE: *const Mark = ptr::without_provenance(1);

/// The thread-local block.
pub(super) struct Current {
    /// The statement being run; null if no line is known.
    mark: Cell<*const Mark>,
    /// The mark for which `tag`, `row` and `headroom` hold, or [`STALE`].
    resolved: Cell<*const Mark>,
    tag: Cell<Tag>,
    row: Cell<*const Row>,
    headroom: Cell<*const AtomicI64>,
    /// The thread's own table; null before its first allocation or free, and if it has none.
    shard: Cell<*const Shard>,
    owner: Cell<OwnerId>,
    stride: Cell<u32>,
}

thread_local! {
    static CURRENT: Current = const {
        Current {
            mark: Cell::new(ptr::null()),
            resolved: Cell::new(STALE),
            tag: Cell::new(Tag::NOT_COUNTED),
            row: Cell::new(ptr::null()),
            headroom: Cell::new(ptr::null()),
            shard: Cell::new(ptr::null()),
            owner: Cell::new(OwnerId::UNATTRIBUTED),
            stride: Cell::new(0),
        }
    };
}

/// Counts a block of `size` bytes to the current owner and line; its tag is returned.
#[inline(always)]
pub(super) fn charge(size: usize) -> Tag {
    CURRENT.with(|current| {
        if current.mark.get() != current.resolved.get() {
            return current.charge_unresolved(size);
        }
        // SAFETY: what is resolved points into this thread's table, which is never unmapped.
        let row = unsafe { &*current.row.get() };
        // SAFETY: as for the row.
        let headroom = unsafe { &*current.headroom.get() };
        counters::allocated(row, headroom, size);
        current.tag.get()
    })
}

/// Counts the free of a block of `size` bytes that was born at `site`, a site of `owner`.
#[inline(always)]
pub(super) fn credit(site: SiteId, owner: OwnerId, size: usize) {
    CURRENT.with(|current| {
        // SAFETY: null, or this thread's table, which is never unmapped.
        let Some(shard) = (unsafe { current.shard.get().as_ref() }) else {
            return current.credit_unprepared(site, owner, size);
        };
        let (row, headroom) = shard.at(site, owner);
        counters::freed(row, headroom, size);
    });
}

impl Current {
    #[inline(never)]
    fn charge_unresolved(&self, size: usize) -> Tag {
        let (owner, mark) = (self.owner.get(), self.mark.get());
        let Some(shard) = self.own_shard() else {
            let Some(shared) = counters::shared() else {
                return Tag::NOT_COUNTED;
            };
            let site = site::look_up(owner, mark);
            let owner = site::owner_of(site).unwrap_or(OwnerId::OVERFLOW);
            let (row, headroom) = shared.at(site, owner);
            counters::allocated_shared(row, headroom, size);
            return Tag::new(site, self.stride.get());
        };
        let site = site::resolve(shard, owner, mark);
        let owner = site::owner_of(site).unwrap_or(OwnerId::OVERFLOW);
        let (row, headroom) = shard.at(site, owner);
        let tag = Tag::new(site, self.stride.get());
        self.row.set(row);
        self.headroom.set(headroom);
        self.tag.set(tag);
        self.resolved.set(mark);
        counters::allocated(row, headroom, size);
        tag
    }

    #[cold]
    #[inline(never)]
    fn credit_unprepared(&self, site: SiteId, owner: OwnerId, size: usize) {
        if let Some(shard) = self.own_shard() {
            let (row, headroom) = shard.at(site, owner);
            counters::freed(row, headroom, size);
        } else if let Some(shared) = counters::shared() {
            let (row, headroom) = shared.at(site, owner);
            counters::freed_shared(row, headroom, size);
        }
    }

    /// The thread's own table, taken at its first use and left when the thread ends.
    #[inline]
    fn own_shard(&self) -> Option<&'static Shard> {
        // SAFETY: null, or this thread's table, which is never unmapped.
        match unsafe { self.shard.get().as_ref() } {
            Some(shard) => Some(shard),
            None => self.take_shard(),
        }
    }

    #[cold]
    #[inline(never)]
    fn take_shard(&self) -> Option<&'static Shard> {
        let shard = counters::acquire()?;
        if !thread_end::call_leave(shard) {
            shard.leave();
            return None;
        }
        self.shard.set(shard);
        Some(shard)
    }

    fn forget_resolved(&self) {
        self.resolved.set(STALE);
    }
}

/// Gives the calling thread's table up; it takes another one if it goes on to allocate.
pub(super) fn leave_shard(shard: &Shard) {
    CURRENT.with(|current| {
        current.shard.set(ptr::null());
        current.forget_resolved();
    });
    shard.leave();
}

/// Notes that the calling thread runs the statement of `mark` from now on.
///
/// Used by generated code; one thread-local store.
#[inline(always)]
pub fn mark(mark: &'static Mark) {
    CURRENT.with(|current| current.mark.set(mark));
}

/// The statement that the calling thread runs, to be given back to [`restore_mark`].
#[derive(Clone, Copy, Debug)]
#[must_use = "the mark is saved to be restored"]
pub struct SavedMark(*const Mark);

/// Saves the current mark, before a closure or a loop body with marks of its own.
#[inline(always)]
pub fn save_mark() -> SavedMark {
    CURRENT.with(|current| SavedMark(current.mark.get()))
}

/// Goes back to a saved mark.
#[inline(always)]
pub fn restore_mark(saved: SavedMark) {
    CURRENT.with(|current| current.mark.set(saved.0));
}

/// Charges the calling thread's allocations to `owner` from now on, at no known line.
///
/// Used by the scheduler, which knows when a step ends; everyone else uses a
/// [`Scope`](super::Scope).
#[inline(always)]
pub fn set_owner(owner: OwnerId) {
    set(owner, SavedMark(ptr::null()));
}

/// Sets owner and mark at once.
#[inline(always)]
pub(super) fn set(owner: OwnerId, mark: SavedMark) {
    CURRENT.with(|current| {
        current.owner.set(owner);
        // Between two scopes in which nothing was allocated nothing has to be forgotten, and stores are what a hop
        // from one element to the next has most of.
        if current.mark.get() != mark.0 {
            current.mark.set(mark.0);
        }
        if current.resolved.get() != STALE {
            current.forget_resolved();
        }
    });
}

/// The owner that the calling thread's allocations are charged to.
#[inline(always)]
#[must_use]
pub fn owner() -> OwnerId {
    CURRENT.with(|current| current.owner.get())
}

/// Writes `stride` into the tag of the blocks that the calling thread allocates from now on.
#[inline(always)]
pub fn set_stride(stride: u32) {
    CURRENT.with(|current| {
        current.stride.set(stride);
        current.forget_resolved();
    });
}
