//! The token of a running stride, and how a callback fails.

use std::cell::Cell;
use std::marker::PhantomData;

use crate::BoxError;
pub(crate) use crate::error::Callback;
use crate::foreign;
use crate::frame::Spec;

/// One pass over the whole graph: proof that the caller runs on the scheduler's thread, within a stride.
///
/// Only the scheduler makes one, and it cannot leave its thread, being neither `Send` nor `Sync`: whoever is handed a
/// reference may touch the slots of the pipeline. Code outside this crate is handed it within a
/// [`Step`](super::port::Step), which does not let it go.
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

    /// From now on every frame that a source gives is marked EOS.
    pub(crate) const fn end_streams(&mut self) {
        self.ending = true;
    }

    #[inline]
    pub(crate) const fn is_ending(&self) -> bool {
        self.ending
    }

    #[inline]
    pub(crate) fn note_eos(&self) {
        self.saw_eos.set(true);
    }

    /// Whether a sink pad saw its first EOS since the last call.
    #[inline]
    pub(crate) fn take_eos_note(&self) -> bool {
        self.saw_eos.replace(false)
    }
}

/// A callback that failed: one word on the way up, so that a stride that succeeds pays nothing for it.
#[derive(Debug)]
pub struct Failure(Box<Failed>);

#[derive(Debug)]
struct Failed {
    pad: String,
    callback: Callback,
    cause: FailureCause,
}

/// Why a callback failed.
#[derive(Debug)]
pub(crate) enum FailureCause {
    /// The user's method returned an error.
    Returned(BoxError),
    /// The frame's data spec is not the one the pad saw first.
    SpecChanged {
        /// The spec of the first frame.
        expected: Spec,
        /// The spec of this frame.
        found: Spec,
    },
    /// There was no frame where the plan promised one.
    NoFrame,
}

impl Failure {
    #[cold]
    pub(crate) fn new(pad: &str, callback: Callback, cause: FailureCause) -> Self {
        Self(Box::new(Failed {
            pad: pad.to_owned(),
            callback,
            cause,
        }))
    }

    /// This failure, with `frame` dropped: it came before a panic of the payload's destructor, which is not told.
    #[cold]
    pub fn dropping<F>(self, frame: F) -> Self {
        let _ = foreign::discard(frame);
        self
    }

    pub(crate) fn into_parts(self) -> (String, Callback, FailureCause) {
        (self.0.pad, self.0.callback, self.0.cause)
    }
}
