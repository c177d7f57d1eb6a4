//! The lines with the greatest numbers, found in one pass.

use std::cmp::Ordering;

use super::findings::Finding;
use super::pages::PageBuffer;
use super::snapshot::{SiteUsage, Snapshot};
use super::usage::Usage;

/// Best findings first, at most as many as asked for.
///
/// `W` weighs a line by its numbers now and before; without weight it is no finding.
pub(super) struct Ranking<W> {
    findings: PageBuffer<Finding>,
    wanted: usize,
    weigh: W,
    /// What a line has to weigh at least to get in.
    least: u64,
}

impl<W: Fn(&Usage, &Usage) -> u64> Ranking<W> {
    pub(super) fn new(wanted: usize, weigh: W) -> Self {
        Self {
            findings: PageBuffer::new(),
            wanted,
            weigh,
            least: if wanted == 0 { u64::MAX } else { 1 },
        }
    }

    /// Takes a line in if it weighs enough and `include` holds for it.
    #[inline]
    pub(super) fn meet(
        &mut self,
        now: &Snapshot,
        (index, usage): (usize, &Usage),
        before: &Usage,
        include: &impl Fn(&SiteUsage) -> bool,
    ) {
        let weight = (self.weigh)(usage, before);
        if weight < self.least {
            return;
        }
        if let Some(site) = now.site(index).filter(include) {
            let change = usage.since(*before);
            self.insert(weight, Finding { site, change });
        }
    }

    /// Puts a finding of at least the least weight where it belongs, and drops the last if there are too many.
    fn insert(&mut self, weight: u64, finding: Finding) {
        let place = self
            .findings
            .partition_point(|better| self.weight(better) >= weight);
        if self.findings.len() >= self.wanted {
            let end = self.findings.len() - 1;
            self.findings[end] = finding;
        } else if !self.findings.push(finding) {
            return;
        }
        self.findings[place..].rotate_right(1);
        if let (Some(last), true) = (self.findings.last(), self.findings.len() >= self.wanted) {
            self.least = self.weight(last) + 1;
        }
    }

    fn weight(&self, finding: &Finding) -> u64 {
        (self.weigh)(&finding.site.usage, &finding.before())
    }

    /// The findings; those of equal weight are in an order that is the same in every run.
    pub(super) fn sorted(mut self) -> PageBuffer<Finding> {
        let mut findings = std::mem::replace(&mut self.findings, PageBuffer::new());
        findings.sort_unstable_by(|one, other| {
            let weights = self.weight(other).cmp(&self.weight(one));
            weights.then_with(|| by_place(one, other))
        });
        findings
    }
}

/// The order of findings of equal weight: growth before loss, then owner, file and line.
fn by_place(one: &Finding, other: &Finding) -> Ordering {
    let place = |finding: &Finding| {
        let line = finding.site.mark.map(|mark| (mark.file(), mark.line()));
        (finding.change.live_bytes < 0, finding.site.owner, line)
    };
    place(one).cmp(&place(other))
}

#[cfg(test)]
mod tests {
    use super::super::owner::OwnerId;
    use super::super::usage::Change;
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
        let weigh = |now: &Usage, before: &Usage| now.live_bytes.abs_diff(before.live_bytes);
        let mut ranking = Ranking::new(wanted, weigh);
        for number in numbers {
            let weight = number.unsigned_abs();
            if weight >= ranking.least {
                ranking.insert(weight, finding(*number));
            }
        }
        ranking
            .sorted()
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
