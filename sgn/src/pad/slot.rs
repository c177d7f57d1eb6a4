//! The slot in which a frame waits between the source pad that gave it and the sink pads that take it.
#![expect(
    unsafe_code,
    reason = "a slot is shared by the ports of one pipeline; the stride token replaces a lock"
)]

use std::cell::{Cell, UnsafeCell};
use std::marker::PhantomData;
use std::mem::{MaybeUninit, needs_drop};
use std::ops::Deref;
use std::ptr::NonNull;
use std::thread::panicking;

use super::stride::Stride;
use crate::foreign::discard;
use crate::frame::{Frame, Spec};
use crate::held::{Collector, Leaf, Of, Walk as _};

/// Clones a payload.
pub type CloneFunction<T> = fn(&T) -> T;

/// There is no frame, and hence no reader.
const EMPTY: u64 = 0;
/// There is a frame.
const FULL: u64 = 1;
/// The frame is the last one of its stream.
const EOS: u64 = 2;
/// The next frame to be stored is the last one of its stream.
const ENDS: u64 = 4;
/// One reader looks at the frame; the bits from here up count the readers.
const READER: u64 = 8;

/// Room for one frame, owned by a source pad and shared with the sink pads linked to it.
///
/// Access needs a [`Stride`], which exists only on the thread of the run. The count of readers keeps a frame in place
/// while a sink pad looks at it. A single word holds all that a pad has to check before it may take the frame.
#[derive(Debug)]
pub(crate) struct Slot<T> {
    /// Either `EMPTY`, or the sum of `FULL`, of `EOS` if the frame is marked so, and of one `READER` per reader. In
    /// both cases plus `ENDS`, if that is set. The frame is initialised if and only if `FULL` is set.
    state: Cell<u64>,
    frame: UnsafeCell<MaybeUninit<Frame<T>>>,
}

// SAFETY: sharing a slot between threads is sound if no two threads access it at once and its content may move
// between threads. `T: Send` gives the second. The first holds because a slot is known to ports of one pipeline only,
// and every method that touches the cells is called by whoever has that pipeline borrowed exclusively, on that thread:
// with a `&Stride`, which only a run makes and which cannot leave the thread, or, in `clear`, through `&mut` of the port.
// ARCHITECTURE.md, "A port never leaves its run", says why code outside of this crate can change nothing of this.
unsafe impl<T: Send> Sync for Slot<T> {}

impl<T> Slot<T> {
    pub(crate) const fn new() -> Self {
        Self {
            state: Cell::new(EMPTY),
            frame: UnsafeCell::new(MaybeUninit::uninit()),
        }
    }

    /// Stores `frame`, dropping one that no pad took. Returns false if a reader still looks at that one.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn put(&self, _stride: &Stride, frame: Frame<T>) -> bool {
        if self.state.get() != EMPTY {
            // `displace` takes a reference, which forces this variable into memory. `frame` itself is not passed by
            // reference, so that the compiler can keep it in registers.
            let mut aside = Some(frame);
            return self.displace(&mut aside);
        }
        self.store(frame);
        true
    }

    /// Stores `frame`; the slot must be empty.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn store(&self, frame: Frame<T>) {
        let state = if frame.is_eos() { FULL | EOS } else { FULL };
        // SAFETY: the stride token that our callers were given puts us on the only thread that accesses this slot. No
        // reference into the cell is alive: those that outlive a method of this type belong to a `Peek`, which is
        // counted in `state`, and that is `EMPTY`. So no frame is overwritten either.
        unsafe { self.frame.get().write(MaybeUninit::new(frame.by_parts())) };
        self.state.set(state);
    }

    /// Stores `frame` in a slot whose state is not `EMPTY`, as [`put`](Self::put) does.
    #[cold]
    #[inline(never)]
    fn displace(&self, frame: &mut Option<Frame<T>>) -> bool {
        let state = self.state.get();
        if state >= READER {
            return false;
        }
        self.state.set(state & !ENDS);
        let old = self.remove();
        // The new one is stored first: if the destructor of the old one panics, that of the new one must not run, too.
        if let (EMPTY, Some(mut frame)) = (self.state.get(), frame.take()) {
            frame.force_eos(state & ENDS != 0);
            self.store(frame);
        }
        drop(old);
        true
    }

    /// Moves the frame out, if there is one without readers.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn take(&self, _stride: &Stride) -> Option<Frame<T>> {
        self.remove()
    }

    /// Moves the frame out as `take` does, for callers that have no stride, but are the only ones to use the slot.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn remove(&self) -> Option<Frame<T>> {
        if self.state.get() & !(EOS | ENDS) != FULL {
            return None;
        }
        self.state.set(EMPTY);
        // SAFETY: `state` was `FULL`, so there is a frame, and had no readers, so no reference into the cell is alive;
        // it is `EMPTY` now, so the frame is not read again. One thread, as in `store`.
        let frame = unsafe { self.frame.get().cast::<Frame<T>>().read() };
        Some(frame.by_parts())
    }

    /// Returns true if a sink pad may take the next frame on its fast path: there is a frame that is not EOS, has no
    /// readers, and has the spec `known`.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn has_more(&self, _stride: &Stride, known: &Spec) -> bool {
        if self.state.get() != FULL {
            return false;
        }
        // SAFETY: there is a frame, as the state says. One thread, as in `store`; while the reference is alive, nothing
        // but our own comparison runs.
        let frame = unsafe { &*self.frame.get().cast::<Frame<T>>() };
        known.is_shared_with(frame.spec())
    }

    /// Looks at the frame, if there is one. If `last` is true, dropping the returned value drops the frame.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn peek(&self, _stride: &Stride, last: bool) -> Option<Peek<'_, T>> {
        let state = self.state.get();
        if state & FULL == 0 {
            return None;
        }
        self.state.set(state + READER);
        let guard = ReadGuard {
            slot: self,
            last,
            bound_to_thread: PhantomData,
        };
        // SAFETY: there is a frame, as the state says; one thread, by the stride token; this reader was counted before,
        // and stays counted until `guard` is dropped, together with the reference, so `put`, `take` and `clear` leave
        // the frame alone meanwhile.
        let frame = unsafe { &*self.frame.get().cast::<Frame<T>>() };
        Some(Peek {
            frame: NonNull::from(frame),
            _guard: guard,
        })
    }

    /// Drops the frame that a run left behind. The caller must have exclusive access to the pipeline of this slot.
    pub(crate) fn clear(&self) {
        // The caller reaches this slot through `&mut` of the port that owns it, between runs, so no other thread is
        // here.
        drop(self.remove());
    }

    /// Adds what the frame owns, if there is one, for the holder that `in_flight` numbers. The caller must have
    /// exclusive access to the pipeline of this slot.
    pub(crate) fn hold(&self, into: &mut Collector<'_>, in_flight: &mut dyn FnMut() -> u32) {
        if self.state.get() & FULL != 0 {
            // SAFETY: there is a frame, as the state says. The caller reaches this slot through `&mut` of a port of its
            // pipeline, between strides, so no other thread is here, and while the reference is alive, no code runs that
            // could move the frame: the walk calls none of the user's.
            let frame = unsafe { &*self.frame.get().cast::<Frame<T>>() };
            into.enter(in_flight());
            Of::<Leaf>::walk(frame, into);
        }
    }
}

/// A slot without its payload type, as the sink ports of the transform that fills it see it.
pub(crate) trait EndsWithNext: Send + Sync {
    /// Marks the next frame to be stored, and only that one, as EOS.
    fn end_with_next(&self, stride: &Stride);
}

impl<T: Send> EndsWithNext for Slot<T> {
    /// Sets a bit in the state: a slot whose state is not `EMPTY` takes the slow path of `put`, so the fast path checks
    /// nothing more.
    fn end_with_next(&self, _stride: &Stride) {
        self.state.set(self.state.get() | ENDS);
    }
}

impl<T> Drop for Slot<T> {
    fn drop(&mut self) {
        // The slot is ours alone. A `Peek` borrows it, so there is none, unless one was leaked: then the frame
        // stays where it is, too.
        drop(self.remove());
    }
}

/// A reference to a frame that stays in its slot.
#[derive(Debug)]
pub struct Peek<'a, T> {
    /// A pointer and not a reference: a reference in an argument has to be valid until the function returns, but
    /// passing a `Peek` to `drop` ends its frame before that.
    frame: NonNull<Frame<T>>,
    _guard: ReadGuard<'a, T>,
}

impl<T> Deref for Peek<'_, T> {
    type Target = Frame<T>;

    #[inline]
    fn deref(&self) -> &Frame<T> {
        // SAFETY: made from a reference into the slot's cell, whose content stays where it is while this `Peek` counts
        // as a reader, and `self` is borrowed for as long as the new reference is used.
        unsafe { self.frame.as_ref() }
    }
}

#[derive(Debug)]
struct ReadGuard<'a, T> {
    slot: &'a Slot<T>,
    last: bool,
    bound_to_thread: PhantomData<*const ()>,
}

impl<T> Drop for ReadGuard<'_, T> {
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn drop(&mut self) {
        self.slot.state.set(self.slot.state.get() - READER);
        if self.last {
            // `self` was made from a stride token and cannot leave its thread, so this is still the thread of the run.
            let frame = self.slot.remove();
            if needs_drop::<T>() && panicking() {
                drop_within_panic(frame);
            } else {
                drop(frame);
            }
        }
    }
}

/// Drops `frame` while a panic unwinds, and catches a panic of its destructor, which would end the process. The run
/// fails with the first panic.
#[cold]
#[inline(never)]
fn drop_within_panic<T>(frame: Option<Frame<T>>) {
    let _second = discard(frame);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_stays_while_somebody_looks_at_it() {
        let stride = Stride::new();
        let slot = Slot::new();
        assert!(slot.put(&stride, Frame::new(String::from("a"))));
        let look = slot.peek(&stride, false);
        assert!(slot.take(&stride).is_none());
        assert!(!slot.put(&stride, Frame::new(String::from("b"))));
        slot.clear();
        assert_eq!(
            look.as_ref()
                .and_then(|frame| frame.data())
                .map(String::as_str),
            Some("a")
        );
        drop(look);
        assert!(slot.take(&stride).is_some());
        assert!(slot.peek(&stride, false).is_none());
        assert!(slot.put(&stride, Frame::gap()));
    }

    #[test]
    fn a_frame_that_nobody_took_is_dropped_for_the_next_one() {
        let stride = Stride::new();
        let slot = Slot::new();
        let payload = std::sync::Arc::new(());
        assert!(slot.put(&stride, Frame::new(payload.clone())));
        assert!(slot.put(&stride, Frame::gap()));
        assert_eq!(std::sync::Arc::strong_count(&payload), 1);
        assert!(slot.put(&stride, Frame::new(payload.clone())));
        drop(slot);
        assert_eq!(std::sync::Arc::strong_count(&payload), 1);
    }

    #[test]
    fn a_stream_ends_with_the_next_frame_and_with_that_one_only() {
        let stride = Stride::new();
        let slot = Slot::new();
        let payload = std::sync::Arc::new(());
        let eos = |slot: &Slot<_>| slot.take(&stride).map(|frame| frame.is_eos());
        slot.end_with_next(&stride);
        assert!(slot.take(&stride).is_none());
        assert!(slot.put(&stride, Frame::new(payload.clone())));
        assert_eq!(eos(&slot), Some(true));
        assert!(slot.put(&stride, Frame::new(payload.clone())));
        assert_eq!(eos(&slot), Some(false));
        // a frame that nobody took is in the way
        assert!(slot.put(&stride, Frame::new(payload.clone())));
        slot.end_with_next(&stride);
        assert!(slot.put(&stride, Frame::new(payload.clone())));
        assert_eq!(eos(&slot), Some(true));
        slot.put(&stride, Frame::new(payload.clone()));
        slot.end_with_next(&stride);
        slot.clear();
        assert_eq!(std::sync::Arc::strong_count(&payload), 1);
        slot.end_with_next(&stride);
        drop(slot);
        assert_eq!(std::sync::Arc::strong_count(&payload), 1);
    }

    #[test]
    fn only_more_of_the_same_is_expected() {
        let stride = Stride::new();
        let slot = Slot::new();
        let spec = Spec::new(16384);
        assert!(!slot.has_more(&stride, &Spec::NONE));
        slot.put(&stride, Frame::new(1).with_spec(spec.clone()));
        assert!(slot.has_more(&stride, &spec));
        assert!(!slot.has_more(&stride, &Spec::NONE));
        assert!(!slot.has_more(&stride, &Spec::new(16384)));
        let look = slot.peek(&stride, false);
        assert!(!slot.has_more(&stride, &spec));
        drop(look);
        slot.put(
            &stride,
            Frame::new(1).with_spec(spec.clone()).with_eos(true),
        );
        assert!(!slot.has_more(&stride, &spec));
    }

    #[test]
    fn the_last_look_drops_the_frame() {
        let stride = Stride::new();
        let slot = Slot::new();
        let payload = std::sync::Arc::new(());
        slot.put(&stride, Frame::new(payload.clone()));
        let first = slot.peek(&stride, false);
        let last = slot.peek(&stride, true);
        drop(first);
        assert_eq!(std::sync::Arc::strong_count(&payload), 2);
        drop(last);
        assert_eq!(std::sync::Arc::strong_count(&payload), 1);
    }
}
