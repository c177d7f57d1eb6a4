//! sgn
extern crate self as sgn;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
pub mod element;
pub mod elements;
mod error;
mod frame;
mod graph;
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
/// # Example
///
/// ```
/// #[sgn::profile]
/// fn windows(samples: &[f32]) -> Vec<Vec<f32>> {
///     let mut windows = Vec::new();
///     for window in samples.chunks(256) {
///         windows.push(window.to_vec());
///     }
///     windows
/// }
///
/// #[sgn::profile(owner = "loader")]
/// fn load(path: &str) -> std::io::Result<Vec<u8>> {
///     std::fs::read(path)
/// }
///
/// assert_eq!(windows(&[0.0; 1000]).len(), 4);
/// assert!(load("no such file").is_err());
/// ```
pub use sgn_macros::profile;
pub use sgn_macros::{sink, source, transform};
