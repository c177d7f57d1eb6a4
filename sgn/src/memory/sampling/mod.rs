//! Which blocks are sampled, and what they stand for.

pub(super) mod rate;
pub(super) mod samples;
