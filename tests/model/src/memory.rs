//! The floors of the library's `memory` that the protocols are in.

mod alloc;
mod id;
pub mod models;
mod sampling;
mod snapshot;
mod sys;
mod thread;

#[path = "../../../sgn/src/memory/mode.rs"]
mod mode;
