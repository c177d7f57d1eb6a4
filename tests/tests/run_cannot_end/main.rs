//! A run ends once its sources have: the end reaches the sinks by itself, an element that holds the end back is named, and
//! a stop is never forgotten.

#![allow(clippy::unwrap_used, reason = "a test fails where it unwraps")]
#![cfg_attr(
    miri,
    allow(dead_code, unused_imports, reason = "some modules are left out")
)]

mod elements;
mod ends_with_inputs;
// Thousands of strides take Miri minutes.
#[cfg(not(miri))]
mod lost;
#[cfg(all(unix, not(miri)))]
mod process;
mod stopped;
