//! Attempts to get at undefined behaviour from safe code, most of them run by Miri (`.ci/run miri`).
//!
//! Generated code is code of the user's crate, so a user may write by hand whatever the macros write: `by_hand` does, and
//! then does other things. That ports cannot be named, kept or moved at all is in `tests/ui/attack`.
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a test fails where it unwraps")]

mod by_hand;
mod guards;
mod lives;
mod nested;
mod payloads;
mod steps;
mod threads;
