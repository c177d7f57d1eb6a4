//! Writes a recorded run in the formats of viewers.
//!
//! Each file has one format and says there how a run is written in it. A format that shows one moment shows the last of
//! the run.
//!
//! In all of them an element has its name, and a pad its full name, `gain:src:out`, as in the report. An owner that is
//! no pad, such as `(runtime)`, stands where an element does, without a pad. A statement is `file:line text`.

mod chrome;
pub(crate) mod compare;
mod csv;
mod dhat;
mod folded;
mod format;
mod heaptrack;
mod json;
mod page;
mod place;
mod pprof;
mod speedscope;
#[cfg(test)]
mod tests;
pub(crate) mod text;

pub(crate) use self::format::{Format, write};
