//! What pad methods may take and return.

use crate::BoxError;
use crate::frame::Frame;

/// What a frame may carry: anything that can be sent between threads and borrows nothing.
///
/// Implemented for every such type.
pub trait Payload: Send + 'static {}

impl<T: Send + 'static> Payload for T {}

/// The argument of a `pull` method: a frame.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a frame",
    label = "not a frame",
    note = "elements exchange frames: take `sgn::Frame<T>` to own it or `&sgn::Frame<T>` to look at it"
)]
pub trait IsFrame {
    /// What the frame carries.
    type Payload: Payload;
}

impl<T: Payload> IsFrame for Frame<T> {
    type Payload = T;
}

/// What a `new` method may return: a frame, an `Option` of one (`None` is a gap), or a `Result` of either.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a frame",
    label = "not a frame",
    note = "a `new` method returns `sgn::Frame<T>`, `Option<Frame<T>>` (`None` is a gap) or a `Result` of one of them"
)]
pub trait IntoFrame {
    /// What the frame carries.
    type Payload: Payload;

    /// The frame, or why there is none.
    ///
    /// # Errors
    ///
    /// What the user's method returned.
    fn into_frame(self) -> Result<Frame<Self::Payload>, BoxError>;
}

impl<T: Payload> IntoFrame for Frame<T> {
    type Payload = T;

    #[inline]
    fn into_frame(self) -> Result<Self, BoxError> {
        Ok(self)
    }
}

impl<T: Payload> IntoFrame for Option<Frame<T>> {
    type Payload = T;

    #[inline]
    fn into_frame(self) -> Result<Frame<T>, BoxError> {
        Ok(self.unwrap_or_else(Frame::gap))
    }
}

impl<F: IntoFrame, E: Into<BoxError>> IntoFrame for Result<F, E> {
    type Payload = F::Payload;

    #[inline]
    fn into_frame(self) -> Result<Frame<F::Payload>, BoxError> {
        match self {
            Ok(frame) => frame.into_frame(),
            Err(error) => Err(error.into()),
        }
    }
}

/// What `pull`, `internal` and the other methods without a frame may return: nothing, or a `Result` of nothing.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not what this method returns",
    label = "neither `()` nor a `Result<(), E>`",
    note = "return nothing, or `Result<(), E>` where `E` converts into a boxed error"
)]
pub trait Outcome {
    /// Nothing, or what went wrong.
    ///
    /// # Errors
    ///
    /// What the user's method returned.
    fn outcome(self) -> Result<(), BoxError>;
}

impl Outcome for () {
    #[inline]
    fn outcome(self) -> Result<(), BoxError> {
        Ok(())
    }
}

impl<E: Into<BoxError>> Outcome for Result<(), E> {
    #[inline]
    fn outcome(self) -> Result<(), BoxError> {
        self.map_err(Into::into)
    }
}

/// [`Outcome::outcome`] as a function, for generated code.
///
/// # Errors
///
/// What the user's method returned.
#[inline]
pub fn outcome<R: Outcome>(outcome: R) -> Result<(), BoxError> {
    outcome.outcome()
}
