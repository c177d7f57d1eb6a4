//! The failure of a callback.

use crate::BoxError;
use crate::error::Callback;
use crate::foreign;
use crate::frame::Spec;

/// The failure of a callback. It is one word, and so is the result of a stride, which then costs nothing on success.
#[derive(Debug)]
pub struct Failure(Box<Failed>);

#[derive(Debug)]
struct Failed {
    pad: String,
    callback: Callback,
    cause: FailureCause,
}

/// The reason of a failure.
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
    /// There was no frame where the plan promised one, no room for a frame in a slot, or no function to copy it.
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

    /// Drops `frame` and returns this failure. A panic of the payload's destructor is not reported, as this failure
    /// came first.
    #[cold]
    pub fn dropping<F>(self, frame: F) -> Self {
        let _ = foreign::discard(frame);
        self
    }

    pub(crate) fn into_parts(self) -> (String, Callback, FailureCause) {
        (self.0.pad, self.0.callback, self.0.cause)
    }
}
