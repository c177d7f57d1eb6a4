//! The entries of a snapshot: one line, and one owner.

use crate::memory::id::mark::Mark;
use crate::memory::id::owner::OwnerId;
use crate::memory::snapshot::estimate::StandardError;
use crate::memory::snapshot::usage::Usage;

/// One line of one owner in a [`Snapshot`](crate::memory::Snapshot).
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct SiteUsage {
    /// The owner that allocates there.
    pub owner: OwnerId,
    /// The statement; `None` for what the owner allocates outside of marked statements.
    pub mark: Option<&'static Mark>,
    /// The numbers.
    pub usage: Usage,
    /// The standard error of `usage`; zero if each block was counted.
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
    /// Exact if [`peak_is_exact`](Self::peak_is_exact), else an upper bound: the sum of the peaks
    /// of all threads, where a thread's peak is the most by which its allocations exceeded its
    /// frees.
    pub peak_bytes: u64,
    /// True if all allocations and frees were counted in one table, which only one thread at a time uses.
    pub peak_is_exact: bool,
    /// The standard error of [`usage`](Self::usage); zero if each block was counted.
    pub standard_error: StandardError,
}
