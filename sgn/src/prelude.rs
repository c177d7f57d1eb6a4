//! The names that a program needs to build pipelines: `use sgn::prelude::*;`.

pub use crate::budgets::BrokenBudget;
pub use crate::element::{ElementBuilder, EosPolicy, Handle, NewElement};
pub use crate::frame::{DataSpec, Frame, Metadata, Spec};
pub use crate::graph::{Group, group, select};
pub use crate::memory_report::{MemoryFile, MemoryReport};
pub use crate::pad::{Pad, PadNames, SinkPad, SinkPads, SourcePad, SourcePads};
pub use crate::pipeline::Pipeline;
pub use crate::scheduler::{RunOptions, RunSummary, StopCause, StopHandle};
