//! Finds the largest lines of a snapshot, and those that changed most between two.
//!
//! Pure functions over snapshots; they keep their results on pages from the operating system.

use std::ops::Deref;

use crate::memory::id::owner::OwnerId;
use crate::memory::snapshot::entries::SiteUsage;
use crate::memory::snapshot::finding::Finding;
use crate::memory::snapshot::rank::Ranking;
use crate::memory::snapshot::snapshot::Snapshot;
use crate::memory::snapshot::usage::Usage;
use crate::memory::sys::pages::PageBuffer;

/// Returns the `count` lines with the most live bytes for which `include` returns true, largest
/// first.
///
/// Lines with equal numbers are in the order in which their owners were registered, then of file and line. If only some
/// of the lines with equal numbers are among the `count`, they are those that allocated first. Lines without live bytes
/// are left out.
pub fn largest(
    now: &Snapshot,
    count: usize,
    include: impl Fn(&SiteUsage) -> bool,
) -> impl Deref<Target = [Finding]> {
    let mut ranking = Ranking::new(count, live_bytes);
    for (first, chunk) in now.table().chunks() {
        if ranking.may_take(chunk.summary.live_bytes_bits) {
            ranking.offer(&chunk.live_bytes, |index| {
                let site = now.site(first + index).filter(&include)?;
                Some(Finding::since_start(site))
            });
        }
    }
    ranking.sorted()
}

/// Returns the `count` lines whose live bytes changed most, in either direction, and for which
/// `include` returns true.
///
/// Lines whose live bytes did not change are left out; lines with equal changes are in the order of
/// [`largest`].
pub fn growth(
    now: &Snapshot,
    earlier: &Snapshot,
    count: usize,
    include: impl Fn(&SiteUsage) -> bool,
) -> impl Deref<Target = [Finding]> {
    let mut ranking = Ranking::new(count, |found| found.change.live_bytes.unsigned_abs());
    for (first, chunk) in now.table().chunks() {
        let before = earlier.table().chunk(first);
        if before.is_some_and(|before| chunk.is_same(before)) {
            continue;
        }
        let mut changes = chunk.live_bytes;
        let live_before = before.iter().flat_map(|before| &before.live_bytes);
        for (change, before) in changes.iter_mut().zip(live_before) {
            *change = change.abs_diff(*before);
        }
        ranking.offer(&changes, |index| {
            let site = now.site(first + index).filter(&include)?;
            let before = before.map_or_else(Usage::default, |before| before.at(index));
            let variance = |snapshot: &Snapshot| {
                snapshot.variance_of(|variances| variances.of_site(first + index))
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

/// Returns the `count` lines that allocated most bytes since `earlier`, and for which `include` returns true.
///
/// Lines with equal numbers are in the order of [`largest`]. Lines that allocated nothing are left out.
pub(crate) fn churn(
    now: &Snapshot,
    earlier: &Snapshot,
    count: usize,
    include: impl Fn(&SiteUsage) -> bool,
) -> PageBuffer<Finding> {
    let mut ranking = Ranking::new(count, |found| found.change.total_bytes);
    for (first, chunk) in now.table().chunks() {
        let before = earlier.table().chunk(first);
        if before.is_some_and(|before| chunk.is_same(before)) {
            continue;
        }
        let mut changes = chunk.total_bytes;
        let total_before = before.iter().flat_map(|before| &before.total_bytes);
        for (change, before) in changes.iter_mut().zip(total_before) {
            *change = change.saturating_sub(*before);
        }
        ranking.offer(&changes, |index| {
            let site = now.site(first + index).filter(&include)?;
            let before = before.map_or_else(Usage::default, |before| before.at(index));
            Some(Finding {
                site,
                change: site.usage.since(before),
                change_error: 0.0,
            })
        });
    }
    ranking.sorted()
}

/// Returns the lines that [`largest`] finds, and those with the most live blocks, in one pass.
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
    for (first, chunk) in now.table().chunks() {
        let find = |index| {
            let site = now.site(first + index).filter(&include)?;
            Some(Finding::since_start(site))
        };
        if bytes.may_take(chunk.summary.live_bytes_bits) {
            bytes.offer(&chunk.live_bytes, find);
        }
        if blocks.may_take(chunk.summary.live_blocks_bits) {
            blocks.offer(&chunk.live_blocks, find);
        }
    }
    (bytes.sorted(), blocks.sorted())
}

fn live_bytes(found: &Finding) -> u64 {
    found.site.usage.live_bytes
}
