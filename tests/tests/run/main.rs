//! How a pipeline runs: order, hand-over of frames, ends and failures.

mod ends;
mod failures;
mod hand_over;
