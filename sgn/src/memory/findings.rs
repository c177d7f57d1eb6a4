//! Findings: what stands out in a snapshot, or between two.
//!
//! Pure functions over snapshots. What they find is kept on pages from the operating system.

use std::cmp::Ordering;

use super::pages::PageBuffer;
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

/// Best findings first, at most as many as asked for.
pub(crate) struct Ranking {
    findings: PageBuffer<Finding>,
    wanted: usize,
    weight: fn(&Finding) -> u64,
}

impl Ranking {
    fn new(wanted: usize, weight: fn(&Finding) -> u64) -> Self {
        Self {
            findings: PageBuffer::new(),
            wanted,
            weight,
        }
    }

    /// The weight that a finding has to have at least to get in.
    fn least(&self) -> u64 {
        match self.findings.last() {
            Some(last) if self.findings.len() >= self.wanted => (self.weight)(last) + 1,
            None if self.wanted == 0 => u64::MAX,
            _ => 1,
        }
    }

    /// Puts a finding of at least the [`least`](Self::least) weight where it belongs, and drops the
    /// last if there are too many.
    fn offer(&mut self, finding: Finding) {
        let weight = (self.weight)(&finding);
        let place = self
            .findings
            .partition_point(|better| (self.weight)(better) >= weight);
        if self.findings.len() >= self.wanted {
            let end = self.findings.len() - 1;
            self.findings[end] = finding;
        } else if !self.findings.push(finding) {
            return;
        }
        self.findings[place..].rotate_right(1);
    }

    /// Brings findings of equal weight into an order that is the same in every run.
    fn sorted(mut self) -> Self {
        let weight = self.weight;
        self.findings.sort_unstable_by(|one, other| {
            weight(other)
                .cmp(&weight(one))
                .then_with(|| by_place(one, other))
        });
        self
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
/// Lines with equal numbers are in the order in which their owners were registered, then of file
/// and line; if there are too many of them, those that allocated first are taken. Lines without a
/// live byte are no finding.
pub fn largest(
    now: &Snapshot,
    count: usize,
    include: impl Fn(&SiteUsage) -> bool,
) -> impl std::ops::Deref<Target = [Finding]> {
    let mut ranking = Ranking::new(count, |finding| finding.site.usage.live_bytes);
    let mut least = ranking.least();
    for (index, usage) in now.by_index() {
        if usage.live_bytes < least {
            continue;
        }
        if let Some(site) = now.site(index).filter(&include) {
            let change = site.usage.since(Usage::default());
            ranking.offer(Finding { site, change });
            least = ranking.least();
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
) -> impl std::ops::Deref<Target = [Finding]> {
    let mut ranking = Ranking::new(count, |finding| finding.change.live_bytes.unsigned_abs());
    let mut least = ranking.least();
    for (index, usage) in now.by_index() {
        let before = earlier.at(index);
        if usage.live_bytes.abs_diff(before.live_bytes) < least {
            continue;
        }
        if let Some(site) = now.site(index).filter(&include) {
            let change = site.usage.since(before);
            ranking.offer(Finding { site, change });
            least = ranking.least();
        }
    }
    ranking.sorted()
}

/// The order of findings of equal weight: growth before loss, then owner, file and line.
fn by_place(one: &Finding, other: &Finding) -> Ordering {
    let place = |finding: &Finding| (finding.change.live_bytes < 0, finding.site.owner);
    place(one).cmp(&place(other)).then_with(|| {
        let line = |finding: &Finding| finding.site.mark.map(|mark| (mark.file(), mark.line()));
        line(one).cmp(&line(other))
    })
}

#[cfg(test)]
mod tests {
    use super::super::owner::OwnerId;
    use super::*;

    fn finding(change: i64) -> Finding {
        let live_bytes = change.unsigned_abs();
        let usage = Usage {
            live_bytes,
            live_blocks: 1,
            total_bytes: live_bytes,
            total_blocks: 1,
        };
        Finding {
            site: SiteUsage {
                owner: OwnerId::RUNTIME,
                mark: None,
                usage,
            },
            change: Change {
                live_bytes: change,
                ..Change::default()
            },
        }
    }

    fn ranked(numbers: &[i64], wanted: usize) -> Vec<i64> {
        let mut ranking = Ranking::new(wanted, |finding| finding.change.live_bytes.unsigned_abs());
        for number in numbers {
            if number.unsigned_abs() >= ranking.least() {
                ranking.offer(finding(*number));
            }
        }
        let ranking = ranking.sorted();
        ranking
            .iter()
            .map(|finding| finding.change.live_bytes)
            .collect()
    }

    #[test]
    fn the_largest_come_first_and_the_rest_is_dropped() {
        assert_eq!(ranked(&[3, 9, 1, 7, 8, 2], 3), [9, 8, 7]);
        assert_eq!(ranked(&[3, 9, 0], 3), [9, 3]);
        assert_eq!(ranked(&[3, 9], 0), [0; 0]);
    }

    #[test]
    fn shrinking_counts_as_much_as_growing() {
        assert_eq!(ranked(&[-5, 4, 5, -9, 1], 4), [-9, 5, -5, 4]);
    }
}
