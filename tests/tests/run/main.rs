//! How a pipeline runs: order, hand-over of frames, ends and failures.

#![allow(clippy::unwrap_used, reason = "a test fails where it unwraps")]

mod ends;
mod failures;
mod hand_over;
mod order;
