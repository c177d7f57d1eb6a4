//! Sampling: selects blocks, and weighs each by how many it stands for.

pub(super) mod rate;
pub(super) mod samples;
