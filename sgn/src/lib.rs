//! sgn
extern crate self as sgn;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
#[cfg(feature = "cli")]
pub mod cli;
pub mod element;
pub mod elements;
mod error;
mod frame;
mod graph;
pub mod launch;
pub mod log;
pub mod memory;
mod near;
pub mod pad;
mod pipeline;
pub mod prelude;
pub mod registry;
pub mod report;
pub mod scheduler;

pub use crate::error::{BoxError, Error, ErrorKind, Result};
pub use crate::frame::{DataSpec, Frame, Metadata, Spec, Value};
pub use crate::graph::{Group, IntoGroup, group, select};
pub use crate::pipeline::Pipeline;
pub use crate::registry::registry;
pub use crate::scheduler::{RunOptions, RunSummary, StopHandle};
pub use sgn_macros::{sink, source, transform};
