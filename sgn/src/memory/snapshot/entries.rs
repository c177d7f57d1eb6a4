//! One line, and one owner, of a snapshot.

use crate::memory::id::mark::Mark;
use crate::memory::id::owner::OwnerId;
use crate::memory::snapshot::estimate::StandardError;
use crate::memory::snapshot::usage::Usage;

/// One line of one owner in a [`Snapshot`](crate::memory::Snapshot).
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct SiteUsage {
    /// Who allocates there.
    pub owner: OwnerId,
    /// The statement; `None` for what the owner allocates outside of marked statements.
    pub mark: Option<&'static Mark>,
    /// The numbers.
    pub usage: Usage,
    /// How far they are off; zero if each block was counted.
    pub standard_error: StandardError,
}

/// One owner in a [`Snapshot`](crate::memory::Snapshot).
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct OwnerUsage {
    /// The owner.
    pub owner: OwnerId,
    /// The numbers, over all its lines.
    pub usage: Usage,
    /// The most bytes that were live at once.
    ///
    /// Exact if [`peak_is_exact`](Self::peak_is_exact), else an upper bound: the sum over threads of
    /// the most that each had allocated more than it had freed.
    pub peak_bytes: u64,
    /// Whether one thread at a time, in one table, did all allocations and frees.
    pub peak_is_exact: bool,
    /// How far [`usage`](Self::usage) is off; zero if each block was counted.
    pub standard_error: StandardError,
}
