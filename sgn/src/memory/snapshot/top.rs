//! Findings: what stands out in a snapshot, or between two.
//!
//! Pure functions over snapshots. What they find is kept on pages from the operating system.

use std::ops::Deref;

use crate::memory::id::owner::OwnerId;
use crate::memory::snapshot::entries::SiteUsage;
use crate::memory::snapshot::finding::Finding;
use crate::memory::snapshot::rank::Ranking;
use crate::memory::snapshot::snapshot::Snapshot;
use crate::memory::snapshot::usage::Usage;

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
    let mut ranking = Ranking::new(count, live_bytes);
    for (first, block) in now.columns().blocks() {
        if ranking.may_take(block.summary.live_bytes_bits) {
            ranking.offer(&block.live_bytes, |place| {
                let site = now.site(first + place).filter(&include)?;
                Some(Finding::since_start(site))
            });
        }
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
    let mut ranking = Ranking::new(count, |found| found.change.live_bytes.unsigned_abs());
    for (first, block) in now.columns().blocks() {
        let before = earlier.columns().block(first);
        if before.is_some_and(|before| block.is_same(before)) {
            continue;
        }
        let mut changes = block.live_bytes;
        let live_before = before.iter().flat_map(|before| &before.live_bytes);
        for (change, before) in changes.iter_mut().zip(live_before) {
            *change = change.abs_diff(*before);
        }
        ranking.offer(&changes, |place| {
            let site = now.site(first + place).filter(&include)?;
            let before = before.map_or_else(Usage::default, |before| before.at(place));
            let variance = |snapshot: &Snapshot| {
                snapshot.variance_of(|variances| variances.of_site(first + place))
            };
            let change = site.usage.since(before);
            let change = match site.owner {
                OwnerId::ENDED => now.diff(earlier).without_ended(change),
                _ => change,
            };
            Some(Finding {
                site,
                change,
                change_error: variance(now).error_of_change(variance(earlier)),
            })
        });
    }
    ranking.sorted()
}

/// What [`largest`] finds, and the lines with the most live blocks, for the price of one pass.
pub(crate) fn largest_and_most(
    now: &Snapshot,
    count: usize,
    include: impl Fn(&SiteUsage) -> bool,
) -> (
    impl Deref<Target = [Finding]>,
    impl Deref<Target = [Finding]>,
) {
    let mut bytes = Ranking::new(count, live_bytes);
    let mut blocks = Ranking::new(count, |found| found.site.usage.live_blocks);
    for (first, block) in now.columns().blocks() {
        let find = |place| {
            let site = now.site(first + place).filter(&include)?;
            Some(Finding::since_start(site))
        };
        if bytes.may_take(block.summary.live_bytes_bits) {
            bytes.offer(&block.live_bytes, find);
        }
        if blocks.may_take(block.summary.live_blocks_bits) {
            blocks.offer(&block.live_blocks, find);
        }
    }
    (bytes.sorted(), blocks.sorted())
}

fn live_bytes(found: &Finding) -> u64 {
    found.site.usage.live_bytes
}
