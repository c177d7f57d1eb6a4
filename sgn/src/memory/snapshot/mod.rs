//! Snapshots of all counters, the differences between two, and the lines with the greatest numbers.

pub(super) mod changes;
mod copy;
pub(super) mod diff;
pub(super) mod entries;
pub(super) mod estimate;
pub(super) mod finding;
mod own_memory;
pub(super) mod part;
pub(super) mod rank;
pub(super) mod read;
#[cfg(feature = "viewers")]
pub(super) mod rebuilt;
#[expect(
    clippy::module_inception,
    reason = "both are named after the value that they make"
)]
pub(super) mod snapshot;
pub(super) mod table;
pub(super) mod top;
pub(super) mod usage;
pub(super) mod watched;
