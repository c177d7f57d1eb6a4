//! The one place where a frame rests between the source pad that gave it and the sink pads that take it.
#![expect(
    unsafe_code,
    reason = "a slot is shared by the ports of one pipeline; the stride token replaces a lock"
)]

use std::cell::{Cell, UnsafeCell};
use std::marker::PhantomData;
use std::ops::Deref;
use std::ptr::NonNull;

use super::stride::Stride;
use crate::frame::Frame;

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

    /// Stores `frame`, dropping one that nobody took. False if somebody is still looking at that one.
    #[inline]
    pub(crate) fn put(&self, _stride: &Stride, frame: Frame<T>) -> bool {
        if self.readers.get() != 0 {
            return false;
        }
        // SAFETY: the stride token puts us on the only thread that accesses this slot, and with no readers no
        // reference into the cell is alive. The old frame is moved out before it is dropped, so a drop that
        // reaches back here would find the slot consistent.
        let old = unsafe { self.frame.get().replace(Some(frame)) };
        drop(old);
        true
    }

    /// Moves the frame out, if there is one and nobody is looking at it.
    #[inline]
    pub(crate) fn take(&self, _stride: &Stride) -> Option<Frame<T>> {
        if self.readers.get() != 0 {
            return None;
        }
        // SAFETY: as in `put`: one thread, and no reference into the cell is alive.
        unsafe { self.frame.get().replace(None) }
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
        Some(Peek {
            frame: NonNull::from(frame),
            _look: look,
        })
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

/// A look at a frame that stays where it is.
#[derive(Debug)]
pub struct Peek<'a, T> {
    // not a reference: one that is an argument has to be good until the function returns, and the frame of a look
    // that is handed to `drop` is gone before
    frame: NonNull<Frame<T>>,
    _look: Reading<'a, T>,
}

impl<T> Deref for Peek<'_, T> {
    type Target = Frame<T>;

    #[inline]
    fn deref(&self) -> &Frame<T> {
        // SAFETY: made from a reference into the slot's cell, whose content stays where it is while this look counts
        // as a reader, and `self` is borrowed for as long as the new reference is used.
        unsafe { self.frame.as_ref() }
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
