//! The token of a running stride.

use std::cell::Cell;
use std::marker::PhantomData;

/// One pass over the whole graph. A value proves that the caller runs on the scheduler's thread, within a stride.
///
/// Only the scheduler makes one, and it cannot leave its thread, as it is neither `Send` nor `Sync`: code with a
/// reference to it may touch the slots of the pipeline. Code outside this crate gets one only within a
/// [`Step`](super::port::Step), which does not give it away.
#[derive(Debug)]
pub(crate) struct Stride {
    ending: bool,
    saw_eos: Cell<bool>,
    bound_to_thread: PhantomData<*const ()>,
}

impl Stride {
    pub(crate) const fn new() -> Self {
        Self {
            ending: false,
            saw_eos: Cell::new(false),
            bound_to_thread: PhantomData,
        }
    }

    /// Marks every frame that a source gives from now on as EOS.
    pub(crate) const fn end_streams(&mut self) {
        self.ending = true;
    }

    #[inline]
    pub(crate) const fn is_ending(&self) -> bool {
        self.ending
    }

    /// Records that a sink pad saw its first EOS.
    #[inline]
    pub(crate) fn note_eos(&self) {
        self.saw_eos.set(true);
    }

    /// Returns true if a sink pad saw its first EOS since the last call.
    #[inline]
    pub(crate) fn take_eos_note(&self) -> bool {
        self.saw_eos.replace(false)
    }
}
