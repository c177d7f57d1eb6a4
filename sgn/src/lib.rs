//! Streaming pipelines in Rust whose memory report names what leaks or grows: line, pad, and who holds it.
//!
//! Elements (sources, transforms, sinks) are joined by named pads into a directed acyclic graph; a pipeline runs it
//! stride by stride until every sink has seen the end of its stream.
//!
//! ```
//! use sgn::{elements::IterSource, prelude::*};
//! sgn::counting_allocator!();
//!
//! #[sgn::sink]
//! fn keep(size: &usize, #[state] kept: &mut Vec<Vec<u8>>) {
//!     kept.push(vec![0; *size]);
//! }
//! fn main() -> sgn::Result<()> {
//!     let mut p = Pipeline::new();
//!     let src = IterSource::builder("src").iter("out", 1..=1000_usize);
//!     p.connect(src, keep::builder("snk"))?;
//!     p.run()
//! }
//! ```
//!
//! With `SGNLOGLEVEL=pipeline:MEMPROF` in the environment the run reports its memory, with the line of `keep` on top.
//!
//! # A whole program
//!
//! A source, a transform, a sink and `main`, as `examples/hello` has them:
//!
//! ```
#![doc = include_str!("../../examples/hello/main.rs")]
//! ```
//!
//! # Words
//!
//! | word | meaning |
//! |---|---|
//! | element | what does the work: a *source* gives frames, a *sink* takes them, a *transform* does both |
//! | pad | where frames leave (source pad) or enter (sink pad) an element; `src:src:out` is the pad `out`, for giving, of the element `src` |
//! | frame | a payload on its way, or a *gap* where there is none; it may be the last of its stream (*EOS*) |
//! | stride | one pass over the graph: each element steps once, upstream first |
//! | link | from one source pad to any number of sink pads |
//! | group, selection | several elements, or some of their pads, to be linked at once |
//! | spec | what a stream promises not to change from frame to frame |
//! | owner | who allocated a block: a pad, the runtime, the profiler, or nobody known |
//! | live, peak, total | bytes or blocks now, at most, and ever allocated |
//!
//! # How to
//!
//! | to | see |
//! |---|---|
//! | write an element | [`source`], [`transform`], [`sink`]; [step by step](guide::write_your_own_element) |
//! | use a ready one | [`elements`] |
//! | link by handle, by name, or by rule | [`Pipeline::link`], [`Pipeline::link_by_name`], [`Pipeline::connect`] |
//! | link from text, list and describe elements | [`launch`], [`registry`](crate::registry()), [`cli`] |
//! | test one element | [`testing`] |
//! | find all mistakes before running | [`Pipeline::check`] |
//! | end a run early | [`RunOptions`], [`StopHandle`] |
//! | read what went wrong | [`Error`], [`ErrorKind`] |
//! | know who holds the memory | [the guide](guide::memory), [`counting_allocator!`], [`Pipeline::memory`], [`memory`], [`report`] |
//! | start threads in an element | [`thread`] |
//! | say how much is logged | [`log`] |
//!
//! # An element in short
//!
//! A function will do where an element has one pad on a side. Parameters without an attribute are what comes in:
//! `&T` looks at it, `T` takes it.
//!
//! ```
//! use sgn::elements::{CollectSink, IterSource};
//! use sgn::prelude::*;
//!
//! #[sgn::transform]
//! fn gain(x: f64, #[prop(default = 2.0)] factor: f64) -> f64 {
//!     x * factor
//! }
//!
//! # fn main() -> sgn::Result<()> {
//! let mut p = Pipeline::new();
//! let snk = p.add(CollectSink::<f64>::builder("snk").sink_pads(["in"]))?;
//! p.connect(IterSource::builder("src").iter("out", [1.0, 2.0]), gain::builder("gain").factor(3.0))?;
//! p.connect("gain", "snk")?;
//! p.run()?;
//! assert_eq!(p.element(&snk)?.data("in"), [3.0, 6.0]);
//! # Ok(())
//! # }
//! ```

extern crate self as sgn;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
mod budgets;
#[cfg(feature = "cli")]
pub mod cli;
/// A command line for the elements of a program, with the feature `cli`, which this documentation was made without.
///
/// `cargo doc --open -p sgn --all-features` shows it.
#[cfg(all(doc, not(feature = "cli")))]
pub mod cli {}
mod counting;
pub mod element;
#[allow(
    unused_imports,
    reason = "of the traits that generated code brings along not all are needed, which is not reported in other crates"
)]
pub mod elements;
mod environment;
mod error;
mod foreign;
mod frame;
mod graph;
pub mod guide;
mod held;
#[cfg(feature = "viewers")]
#[cfg_attr(
    not(feature = "cli"),
    allow(dead_code, unused_imports, reason = "most formats are for the command")
)]
mod json;
pub mod launch;
pub mod log;
pub mod memory;
mod memory_report;
pub mod pad;
mod pipeline;
pub mod prelude;
mod recording;
pub mod registry;
pub mod report;
pub mod scheduler;
mod suggest;
pub mod testing;
mod text;
pub mod thread;
#[cfg(feature = "viewers")]
#[cfg_attr(
    not(feature = "cli"),
    allow(dead_code, unused_imports, reason = "most formats are for the command")
)]
mod viewers;

pub use crate::budgets::BrokenBudget;
pub use crate::error::{BoxError, Callback, Error, ErrorKind, Result};
pub use crate::frame::{DataSpec, Frame, Metadata, Spec, Value};
pub use crate::graph::{Group, IntoGroup, group, select};
pub use crate::memory_report::{MemoryFile, MemoryReport};
pub use crate::pipeline::{ElementUsage, Pipeline};
pub use crate::registry::registry;
pub use crate::scheduler::{RunOptions, RunSummary, StopCause, StopHandle};
pub use sgn_macros::{profile, sink, source, transform};
