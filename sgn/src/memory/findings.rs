//! Findings: what stands out in a snapshot, or between two.
//!
//! Pure functions over snapshots. What they find is kept on pages from the operating system.

use std::cmp::{Ordering, Reverse};

use super::pages::PageBuffer;
use super::snapshot::{Change, SiteUsage, Snapshot, Usage};

/// A line, its numbers, and how they changed.
#[derive(Clone, Copy, Debug)]
pub struct Finding {
    /// The line and its numbers in the later snapshot.
    pub site: SiteUsage,
    /// What changed since the earlier snapshot, or since the start of the process.
    pub change: Change,
}

/// Best findings first, at most as many as asked for.
pub(crate) struct Ranking {
    findings: PageBuffer<Finding>,
    wanted: usize,
}

impl Ranking {
    fn new(wanted: usize) -> Self {
        Self {
            findings: PageBuffer::new(),
            wanted,
        }
    }

    /// Puts `finding` where it belongs, and drops the last if there are too many.
    fn offer(&mut self, finding: Finding, order: fn(&Finding, &Finding) -> Ordering) {
        let full = self.findings.len() >= self.wanted;
        let beaten = self
            .findings
            .last()
            .is_some_and(|last| order(&finding, last).is_ge());
        if full && (beaten || self.findings.is_empty()) {
            return;
        }
        let place = self
            .findings
            .partition_point(|better| order(better, &finding).is_lt());
        if full {
            let end = self.findings.len() - 1;
            self.findings[end] = finding;
        } else if !self.findings.push(finding) {
            return;
        }
        self.findings[place..].rotate_right(1);
    }
}

impl std::ops::Deref for Ranking {
    type Target = [Finding];

    fn deref(&self) -> &[Finding] {
        &self.findings
    }
}

/// The `count` lines with the most live bytes for which `include` holds, largest first.
///
/// Lines with equal numbers are in the order of their owners' names, files and lines, so the same
/// numbers always give the same list. Lines without a live byte are no finding.
pub fn largest(
    now: &Snapshot,
    count: usize,
    include: impl Fn(&SiteUsage) -> bool,
) -> impl std::ops::Deref<Target = [Finding]> {
    let mut ranking = Ranking::new(count);
    for site in now.sites().filter(|site| site.usage.live_bytes > 0) {
        if include(&site) {
            let change = site.usage.since(Usage::default());
            ranking.offer(Finding { site, change }, by_live_bytes);
        }
    }
    ranking
}

/// The `count` lines that changed most, in either direction, and for which `include` holds.
///
/// Lines whose live bytes are what they were are no finding.
pub fn growth(
    now: &Snapshot,
    earlier: &Snapshot,
    count: usize,
    include: impl Fn(&SiteUsage) -> bool,
) -> impl std::ops::Deref<Target = [Finding]> {
    let mut ranking = Ranking::new(count);
    for site in now.sites() {
        let change = site.usage.since(earlier.at(site.site));
        if change.live_bytes != 0 && include(&site) {
            ranking.offer(Finding { site, change }, by_change);
        }
    }
    ranking
}

fn by_live_bytes(one: &Finding, other: &Finding) -> Ordering {
    let bytes = |finding: &Finding| Reverse(finding.site.usage.live_bytes);
    bytes(one)
        .cmp(&bytes(other))
        .then_with(|| by_place(one, other))
}

fn by_change(one: &Finding, other: &Finding) -> Ordering {
    let bytes = |finding: &Finding| {
        let change = finding.change.live_bytes;
        (Reverse(change.unsigned_abs()), Reverse(change))
    };
    bytes(one)
        .cmp(&bytes(other))
        .then_with(|| by_place(one, other))
}

fn by_place(one: &Finding, other: &Finding) -> Ordering {
    let place = |finding: &Finding| {
        let mark = finding.site.mark.map(|mark| (mark.file(), mark.line()));
        (finding.site.owner.name(), mark, finding.site.owner)
    };
    place(one).cmp(&place(other))
}

#[cfg(test)]
mod tests {
    use super::super::owner::OwnerId;
    use super::super::site::SiteId;
    use super::*;

    fn finding(live_bytes: u64, change: i64) -> Finding {
        let usage = Usage {
            live_bytes,
            live_blocks: 1,
            total_bytes: live_bytes,
            total_blocks: 1,
        };
        let site = SiteId::from_bits_20(7);
        Finding {
            site: SiteUsage {
                owner: OwnerId::RUNTIME,
                mark: None,
                usage,
                site,
            },
            change: Change {
                live_bytes: change,
                ..Change::default()
            },
        }
    }

    fn ranked(
        numbers: &[i64],
        wanted: usize,
        order: fn(&Finding, &Finding) -> Ordering,
    ) -> Vec<i64> {
        let mut ranking = Ranking::new(wanted);
        for number in numbers {
            ranking.offer(finding(number.unsigned_abs(), *number), order);
        }
        ranking
            .iter()
            .map(|finding| finding.change.live_bytes)
            .collect()
    }

    #[test]
    fn the_largest_come_first_and_the_rest_is_dropped() {
        assert_eq!(ranked(&[3, 9, 1, 7, 8, 2], 3, by_live_bytes), [9, 8, 7]);
        assert_eq!(ranked(&[3, 9], 3, by_live_bytes), [9, 3]);
        assert_eq!(ranked(&[3, 9], 0, by_live_bytes), [0; 0]);
    }

    #[test]
    fn shrinking_counts_as_much_as_growing() {
        assert_eq!(ranked(&[-5, 4, 5, -9, 1], 4, by_change), [-9, 5, -5, 4]);
    }
}
