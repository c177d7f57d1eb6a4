//! Traits for the arguments and results of pad methods.

use crate::BoxError;
use crate::frame::Frame;

/// A type that a frame may carry: any type that can be sent between threads and borrows nothing.
///
/// Implemented for every such type.
pub trait Payload: Send + 'static {}

impl<T: Send + 'static> Payload for T {}

/// The argument of a `pull` method: a frame.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a frame",
    label = "take `Frame<T>` to own it or `&Frame<T>` to look at it"
)]
pub trait IsFrame {
    /// The payload of the frame.
    type Payload;
}

#[diagnostic::do_not_recommend]
impl<T> IsFrame for Frame<T> {
    type Payload = T;
}

/// A type that a `new` method may return: a frame, an `Option` of one (`None` is a gap), or a `Result` of either.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a frame",
    label = "give a `Frame<T>`, an `Option` of one (`None` is a gap), or a `Result` of either"
)]
pub trait IntoFrame {
    /// The payload of the frame.
    type Payload;

    /// Returns the frame, or the error that the method returned instead.
    ///
    /// # Errors
    ///
    /// Fails with the error that the user's method returned.
    fn into_frame(self) -> Result<Frame<Self::Payload>, BoxError>;
}

#[diagnostic::do_not_recommend]
impl<T> IntoFrame for Frame<T> {
    type Payload = T;

    #[inline]
    fn into_frame(self) -> Result<Self, BoxError> {
        Ok(self)
    }
}

#[diagnostic::do_not_recommend]
impl<T> IntoFrame for Option<Frame<T>> {
    type Payload = T;

    #[inline]
    fn into_frame(self) -> Result<Frame<T>, BoxError> {
        Ok(self.unwrap_or_else(Frame::gap))
    }
}

#[diagnostic::do_not_recommend]
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

/// A type that `pull`, `internal` and the other methods that return no frame may return: nothing, or a `Result` of
/// nothing.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not what this method returns",
    label = "return nothing, or a `Result<(), E>`"
)]
pub trait Outcome {
    /// Returns the method's error, if there is one.
    ///
    /// # Errors
    ///
    /// Fails with the error that the user's method returned.
    fn outcome(self) -> Result<(), BoxError>;
}

#[diagnostic::do_not_recommend]
impl Outcome for () {
    #[inline]
    fn outcome(self) -> Result<(), BoxError> {
        Ok(())
    }
}

#[diagnostic::do_not_recommend]
impl<E: Into<BoxError>> Outcome for Result<(), E> {
    #[inline]
    fn outcome(self) -> Result<(), BoxError> {
        self.map_err(Into::into)
    }
}

/// A type that a method may return as its error: an [`Error`](std::error::Error) that is `Send` and `Sync`, or a text.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an error",
    label = "implement `std::error::Error` for it; it must also be `Send` and `Sync`"
)]
pub trait IntoError {
    /// Returns the error in a box.
    fn into_error(self) -> BoxError;
}

#[diagnostic::do_not_recommend]
impl<E: Into<BoxError>> IntoError for E {
    #[inline]
    fn into_error(self) -> BoxError {
        self.into()
    }
}
