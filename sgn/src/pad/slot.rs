//! The one place where a frame rests between the source pad that gave it and the sink pads that take it.
#![expect(
    unsafe_code,
    reason = "a slot is shared by the ports of one pipeline; the stride token replaces a lock"
)]

use std::cell::{Cell, UnsafeCell};
use std::marker::PhantomData;
use std::mem::ManuallyDrop;
use std::ops::Deref;

use super::stride::Stride;
use crate::frame::{Frame, Spec};

/// Makes a second payload out of a first one.
pub type CloneFunction<T> = fn(&T) -> T;

/// Room for one frame, owned by a source pad and shared with the sink pads linked to it.
///
/// Access needs a [`Stride`], which exists on the scheduler's thread only; the count of readers keeps a frame in
/// place while somebody looks at it.
#[derive(Debug)]
pub(crate) struct Slot<T> {
    frame: UnsafeCell<Option<Frame<T>>>,
    readers: Cell<u32>,
}

// SAFETY: sharing a slot between threads is sound if no two threads access it at once and its content may move
// between threads. `T: Send` gives the second. The first holds because every method that touches the cells takes
// a `&Stride` or, in `clear`, is called with the pipeline borrowed exclusively: the scheduler makes one `Stride`
// per run, a run borrows its pipeline exclusively, a slot belongs to one pipeline, and a `Stride` is neither
// `Send` nor `Sync`, so all accesses happen on the thread of that run.
unsafe impl<T: Send> Sync for Slot<T> {}

impl<T> Slot<T> {
    pub(crate) const fn new() -> Self {
        Self {
            frame: UnsafeCell::new(None),
            readers: Cell::new(0),
        }
    }

    /// Whether there is no frame.
    #[inline(always)]
    fn is_empty(&self, _stride: &Stride) -> bool {
        // SAFETY: the stride token puts us on the only thread that accesses this slot. The only references into the
        // cell that outlive a method of this type are those of looks, which are shared like this one.
        unsafe { &*self.frame.get() }.is_none()
    }

    /// Drops a frame that nobody took, unless somebody is still looking at it.
    #[inline(always)]
    pub(crate) fn make_room(&self, stride: &Stride) {
        if !self.is_empty(stride) {
            self.discard(stride);
        }
    }

    /// The frame is moved out before it is dropped, so a drop that reaches back here would find the slot consistent.
    #[cold]
    #[inline(never)]
    fn discard(&self, stride: &Stride) {
        drop(self.take(stride));
    }

    /// Stores `frame`. False if somebody is still looking at what is there, or if there is [no room].
    ///
    /// [no room]: Self::make_room
    #[inline(always)]
    pub(crate) fn put(&self, stride: &Stride, frame: Frame<T>) -> bool {
        // A frame that is refused is dropped out of a box, and not if that cannot be made: so it needs no address
        // here, and the compiler can keep it in registers.
        let frame = ManuallyDrop::new(frame);
        if self.readers.get() != 0 || !self.is_empty(stride) {
            refuse(Box::new(frame));
            return false;
        }
        let frame = ManuallyDrop::into_inner(frame).by_parts();
        // SAFETY: one thread, as in `is_empty`, and with no readers no reference into the cell is alive. What is
        // overwritten without being dropped is `None`.
        unsafe { self.frame.get().write(Some(frame)) };
        true
    }

    /// Moves the frame out, if there is one and nobody is looking at it.
    #[inline(always)]
    pub(crate) fn take(&self, _stride: &Stride) -> Option<Frame<T>> {
        if self.readers.get() != 0 {
            return None;
        }
        // SAFETY: as in `put`: one thread, and no reference into the cell is alive.
        unsafe { self.frame.get().replace(None) }.map(Frame::by_parts)
    }

    /// Whether there is a frame that is not EOS and has the spec `known`.
    #[inline(always)]
    pub(crate) fn has_more_of(&self, _stride: &Stride, known: &Option<Spec>) -> bool {
        // SAFETY: one thread, as in `is_empty`; what is called while the reference is alive is our own.
        match (unsafe { &*self.frame.get() }, known) {
            (Some(frame), Some(known)) => !frame.is_eos() && known.is_shared_with(frame.spec()),
            _ => false,
        }
    }

    /// Looks at the frame, if there is one; with `last` it is dropped when the look ends.
    #[inline]
    pub(crate) fn peek(&self, _stride: &Stride, last: bool) -> Option<Peek<'_, T>> {
        self.readers.set(self.readers.get() + 1);
        let look = Reading {
            slot: self,
            last,
            bound_to_thread: PhantomData,
        };
        // SAFETY: one thread, by the stride token; `readers` was raised first and is lowered only when `look` is
        // dropped, together with the reference, so `put`, `take` and `clear` leave the frame alone meanwhile.
        let frame = unsafe { &*self.frame.get() }.as_ref()?;
        Some(Peek { frame, _look: look })
    }

    /// Drops what a run left behind. The caller must have the pipeline of this slot to itself.
    pub(crate) fn clear(&self) {
        if self.readers.get() == 0 {
            // SAFETY: no reference into the cell is alive, and the caller holds the pipeline exclusively (it is
            // reached through `&mut` of the port that owns this slot, between runs), so no other thread is here.
            drop(unsafe { self.frame.get().replace(None) });
        }
    }
}

#[cold]
#[inline(never)]
fn refuse<T>(frame: Box<ManuallyDrop<Frame<T>>>) {
    drop(ManuallyDrop::into_inner(*frame));
}

/// A look at a frame that stays where it is.
#[derive(Debug)]
pub struct Peek<'a, T> {
    frame: &'a Frame<T>,
    _look: Reading<'a, T>,
}

impl<T> Deref for Peek<'_, T> {
    type Target = Frame<T>;

    #[inline]
    fn deref(&self) -> &Frame<T> {
        self.frame
    }
}

#[derive(Debug)]
struct Reading<'a, T> {
    slot: &'a Slot<T>,
    last: bool,
    bound_to_thread: PhantomData<*const ()>,
}

impl<T> Drop for Reading<'_, T> {
    #[inline]
    fn drop(&mut self) {
        let readers = self.slot.readers.get() - 1;
        self.slot.readers.set(readers);
        if self.last && readers == 0 {
            // SAFETY: `self` was made from a stride token and cannot leave its thread, so this is still the thread
            // of the run; the readers are down to none and the reference of this look is not used any more.
            drop(unsafe { self.slot.frame.get().replace(None) });
        }
    }
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
        assert!(!slot.put(&stride, Frame::gap()), "there is no room");
        slot.make_room(&stride);
        assert!(slot.put(&stride, Frame::gap()));
    }

    #[test]
    fn room_is_made_by_dropping_what_nobody_looks_at() {
        let stride = Stride::new();
        let slot = Slot::new();
        let payload = std::sync::Arc::new(());
        slot.put(&stride, Frame::new(payload.clone()));
        let look = slot.peek(&stride, false);
        slot.make_room(&stride);
        assert_eq!(std::sync::Arc::strong_count(&payload), 2);
        drop(look);
        slot.make_room(&stride);
        assert_eq!(std::sync::Arc::strong_count(&payload), 1);
    }

    #[test]
    fn only_frames_like_the_first_pass_unseen() {
        let stride = Stride::new();
        let slot = Slot::new();
        let spec = Spec::new(16384);
        assert!(!slot.has_more_of(&stride, &Some(Spec::NONE)));
        slot.put(&stride, Frame::new(1).with_spec(spec.clone()));
        assert!(slot.has_more_of(&stride, &Some(spec.clone())));
        assert!(!slot.has_more_of(&stride, &None));
        assert!(!slot.has_more_of(&stride, &Some(Spec::NONE)));
        slot.make_room(&stride);
        slot.put(
            &stride,
            Frame::new(1).with_spec(spec.clone()).with_eos(true),
        );
        assert!(!slot.has_more_of(&stride, &Some(spec)));
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
