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
use std::sync::atomic::AtomicI64;

use super::counters::{self, Shard};
use super::known::{Key, Known, NOTHING};
use super::owner::OwnerId;
use super::site::{self, Mark};
use super::tag::{Birth, Tag};
use super::{corrupted, switch, thread_end};

/// The thread-local block.
struct Current {
    /// The statement being run; null if no line is known.
    mark: Cell<*const Mark>,
    owner: Cell<OwnerId>,
    /// The stride, in the high half.
    stride: Cell<u64>,
    /// Where the thread counts: the head of its own table, or [`NOTHING`] while it has none.
    known: Cell<*const Known>,
}

thread_local! {
    static CURRENT: Current = const {
        Current {
            mark: Cell::new(ptr::null()),
            owner: Cell::new(OwnerId::UNATTRIBUTED),
            stride: Cell::new(0),
            known: Cell::new(&raw const NOTHING),
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
pub(super) enum Charge {
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
pub(super) fn charge(size: usize) -> Charge {
    let current = current();
    let known = current.known();
    if !known.state_is::<{ switch::ON }>() {
        return if known.state_is::<{ switch::OFF }>() {
            Charge::NotCounted
        } else {
            Charge::Unknown
        };
    }
    let key = Key::new(current.owner.get(), current.mark.get());
    let known = known.place(key);
    if !known.is(key) {
        return Charge::Unknown;
    }
    // SAFETY: what is known points into this thread's table, which is never unmapped.
    let row = unsafe { &*known.row() };
    // SAFETY: as for the row.
    let headroom = unsafe { &*known.headroom() };
    let below_peak = counters::allocated(row, headroom, size);
    let tag = known.tag().at(current.stride.get());
    if below_peak {
        Charge::Counted(tag)
    } else {
        Charge::Peaked(tag, headroom)
    }
}

/// Counts the end of a block of `size` bytes that was born with `tag`; `false` if it takes
/// [`credit_unprepared`].
#[inline(always)]
#[must_use]
pub(super) fn credit(tag: Tag, size: usize) -> bool {
    let Some(site) = tag.site() else {
        return tag.is_not_counted();
    };
    let known = current().known.get();
    // SAFETY: `NOTHING`, or the head of a table, which is never unmapped.
    let headroom = unsafe { &*known }.headroom(site);
    // SAFETY: null, or in a table.
    let Some(headroom) = (unsafe { headroom.as_ref() }) else {
        return false;
    };
    // SAFETY: `NOTHING` knows of no headroom, so this is a table, and its head comes first in it.
    let shard = unsafe { &*known.cast::<Shard>() };
    counters::freed(shard.row(site), headroom, size);
    true
}

/// Counts a block, if blocks are counted, at an owner and line that this thread may not know; its
/// tag is returned.
#[inline(never)]
pub(super) fn charge_unknown(size: usize) -> Tag {
    if !switch::on() {
        return Tag::NOT_COUNTED;
    }
    let current = current();
    let (owner, mark) = (current.owner.get(), current.mark.get());
    let site = site::look_up(owner, mark);
    let charged = site::owner_of(site).unwrap_or(OwnerId::OVERFLOW);
    let tag = Tag::new(site);
    if let Some(shard) = current.own_shard() {
        let (row, headroom) = shard.at(site, charged.number());
        let key = Key::new(owner, mark);
        shard.known.place(key).set(key, row, headroom, tag);
        shard.known.set_headroom(site, headroom);
        if !counters::allocated(row, headroom, size) {
            counters::peaked(headroom);
        }
    } else if let Some(shared) = counters::shared() {
        let (row, headroom) = shared.at(site, charged.number());
        counters::allocated_shared(row, headroom, size);
    } else {
        return Tag::NOT_COUNTED;
    }
    tag.at(current.stride.get())
}

/// Counts the end of a block at a site that the thread has not met, or whose tag is not right.
#[cold]
#[inline(never)]
pub(super) fn credit_unprepared(tag: Tag, size: usize) {
    let Birth::Counted(site, owner) = tag.birth() else {
        return corrupted::note(size);
    };
    let current = current();
    if let Some(shard) = current.own_shard() {
        let (row, headroom) = shard.at(site, owner.number());
        shard.known.set_headroom(site, headroom);
        counters::freed(row, headroom, size);
    } else if let Some(shared) = counters::shared() {
        let (row, headroom) = shared.at(site, owner.number());
        counters::freed_shared(row, headroom, size);
    }
}

impl Current {
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

    #[cold]
    #[inline(never)]
    fn take_shard(&self) -> Option<&'static Shard> {
        let shard = counters::acquire()?;
        if !thread_end::call_leave(shard) {
            shard.leave();
            return None;
        }
        self.known.set(ptr::from_ref(shard).cast());
        Some(shard)
    }
}

/// Gives the calling thread's table up; it takes another one if it goes on to allocate.
pub(super) fn leave_shard(shard: &Shard) {
    current().known.set(&raw const NOTHING);
    shard.leave();
}

/// Notes that the calling thread runs the statement of `mark` from now on.
///
/// Used by generated code; one thread-local store.
#[inline(always)]
pub fn mark(mark: &'static Mark) {
    current().mark.set(mark);
}

/// The statement that the calling thread runs, to be given back to [`restore_mark`].
#[derive(Clone, Copy, Debug)]
#[must_use = "the mark is saved to be restored"]
pub struct SavedMark(*const Mark);

/// Saves the current mark, before a closure or a loop body with marks of its own.
#[inline(always)]
pub fn save_mark() -> SavedMark {
    SavedMark(current().mark.get())
}

/// Goes back to a saved mark.
#[inline(always)]
pub fn restore_mark(saved: SavedMark) {
    current().mark.set(saved.0);
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
    let current = current();
    current.owner.set(owner);
    // Most scopes leave no mark behind, and stores are what a hop from one element to the next has most of.
    if current.mark.get() != mark.0 {
        current.mark.set(mark.0);
    }
}

/// The owner that the calling thread's allocations are charged to.
#[inline(always)]
#[must_use]
pub fn owner() -> OwnerId {
    current().owner.get()
}

/// Writes `stride` into the tag of the blocks that the calling thread allocates from now on.
#[inline(always)]
pub fn set_stride(stride: u32) {
    current().stride.set(u64::from(stride) << 32);
}
