//! Findings: what stands out in a snapshot, or between two.
//!
//! Pure functions over snapshots. What they find is kept on pages from the operating system.

use std::ops::Deref;

use super::ranking::Ranking;
use super::snapshot::{SiteUsage, Snapshot};
use super::usage::{Change, Usage};

/// A line, its numbers, and how they changed.
#[derive(Clone, Copy, Debug)]
pub struct Finding {
    /// The line and its numbers in the later snapshot.
    pub site: SiteUsage,
    /// What changed since the earlier snapshot, or since the start of the process.
    pub change: Change,
}

impl Finding {
    /// The numbers in the earlier snapshot.
    #[must_use]
    pub fn before(&self) -> Usage {
        let Self { site, change } = self;
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

/// The `count` lines with the most live bytes for which `include` holds, largest first.
///
/// Lines with equal numbers are in the order in which their owners were registered, then of file
/// and line; if there are too many of them, those that allocated first are taken. Lines without a
/// live byte are no finding.
pub fn largest(
    now: &Snapshot,
    count: usize,
    include: impl Fn(&SiteUsage) -> bool,
) -> impl Deref<Target = [Finding]> {
    let mut ranking = Ranking::new(count, |now, _| now.live_bytes);
    for line in now.by_index() {
        ranking.meet(now, line, &Usage::default(), &include);
    }
    ranking.sorted()
}

/// The `count` lines that changed most, in either direction, and for which `include` holds.
///
/// Lines whose live bytes are what they were are no finding; the order of equals is that of
/// [`largest`].
pub fn growth(
    now: &Snapshot,
    earlier: &Snapshot,
    count: usize,
    include: impl Fn(&SiteUsage) -> bool,
) -> impl Deref<Target = [Finding]> {
    let mut ranking = Ranking::new(count, |now, before| {
        now.live_bytes.abs_diff(before.live_bytes)
    });
    for line in now.by_index() {
        ranking.meet(now, line, &earlier.at(line.0), &include);
    }
    ranking.sorted()
}

/// The `count` lines with the most live blocks for which `include` holds, in the order of [`largest`].
pub fn most_blocks(
    now: &Snapshot,
    count: usize,
    include: impl Fn(&SiteUsage) -> bool,
) -> impl Deref<Target = [Finding]> {
    let mut ranking = Ranking::new(count, |now, _| now.live_blocks);
    for line in now.by_index() {
        ranking.meet(now, line, &Usage::default(), &include);
    }
    ranking.sorted()
}
