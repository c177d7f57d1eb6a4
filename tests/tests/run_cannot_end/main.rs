//! A run ends once its sources have: the end reaches the sinks by itself, an element that holds the end back is named, and
//! a stop is never forgotten.

#![allow(clippy::unwrap_used, reason = "a test fails where it unwraps")]

mod elements;
mod ends_with_inputs;
mod lost;
#[cfg(unix)]
mod process;
mod stopped;
