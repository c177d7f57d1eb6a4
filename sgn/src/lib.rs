//! sgn
extern crate self as sgn;

pub mod element;
mod error;
mod frame;
pub mod memory;
pub mod pad;
#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

pub use crate::error::{BoxError, Error, ErrorKind, Result};
pub use crate::frame::{DataSpec, Frame, Metadata, Spec, Value};
