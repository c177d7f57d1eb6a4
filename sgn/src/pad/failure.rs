//! How a callback fails.

use crate::BoxError;
use crate::error::Callback;
use crate::foreign;
use crate::frame::Spec;

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
