//! A line of a snapshot, and how its numbers changed.

use crate::memory::snapshot::entries::SiteUsage;
use crate::memory::snapshot::usage::{Change, Usage};

/// A line, its numbers, and how they changed.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Finding {
    /// The line and its numbers in the later snapshot.
    pub site: SiteUsage,
    /// The change since the earlier snapshot, or since the start of the process.
    pub change: Change,
    /// An upper bound of the standard error of the change of the live bytes; zero if each block was counted.
    ///
    /// A sampled block that is in both snapshots has the same error in both, but the profiler does not store which
    /// blocks these are. The bound is the standard error itself if there were no live blocks before, if none are left,
    /// or if no block that was allocated in between has been freed.
    pub change_error: f64,
}

impl Finding {
    pub(super) fn since_start(site: SiteUsage) -> Self {
        Self {
            site,
            change: site.usage.since(Usage::default()),
            change_error: site.standard_error.live_bytes,
        }
    }

    /// Returns the numbers in the earlier snapshot.
    #[must_use]
    pub fn before(&self) -> Usage {
        let Self { site, change, .. } = self;
        Usage {
            live_bytes: site.usage.live_bytes.wrapping_sub_signed(change.live_bytes),
            live_blocks: site
                .usage
                .live_blocks
                .wrapping_sub_signed(change.live_blocks),
            total_bytes: site.usage.total_bytes.saturating_sub(change.total_bytes),
            total_blocks: site.usage.total_blocks.saturating_sub(change.total_blocks),
        }
    }
}
