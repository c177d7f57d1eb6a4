//! Finds the lines with the greatest numbers in one pass.

use std::cmp::Ordering;

use crate::memory::id::limits::CHUNK;
use crate::memory::snapshot::finding::Finding;
use crate::memory::sys::pages::PageBuffer;

/// The number of weights that are compared together, without a branch between them.
const GROUP: usize = 8;

/// The findings with the greatest weights, at most `wanted`.
///
/// `W` returns the weight of a finding. A finding whose weight is zero is left out.
pub(super) struct Ranking<W> {
    findings: PageBuffer<Finding>,
    wanted: usize,
    weigh: W,
    /// The least weight that a line needs to be inserted.
    least: u64,
}

impl<W: Fn(&Finding) -> u64> Ranking<W> {
    pub(super) fn new(wanted: usize, weigh: W) -> Self {
        Self {
            findings: PageBuffer::new(),
            wanted,
            weigh,
            least: if wanted == 0 { u64::MAX } else { 1 },
        }
    }

    /// Returns false if no line weighs enough among those whose weights have the bitwise OR `bits`, an upper bound of
    /// each.
    #[inline]
    pub(super) fn may_take(&self, bits: u64) -> bool {
        bits >= self.least
    }

    /// Inserts each line whose weight is large enough. `find` returns the finding for an index into `weights`, or
    /// `None` to leave the line out.
    #[inline]
    pub(super) fn offer(
        &mut self,
        weights: &[u64; CHUNK],
        mut find: impl FnMut(usize) -> Option<Finding>,
    ) {
        for (start, group) in (0..).step_by(GROUP).zip(weights.chunks(GROUP)) {
            let bits = group.iter().fold(0, |bits, weight| bits | weight);
            if !self.may_take(bits) {
                continue;
            }
            for (index, weight) in (start..).zip(group) {
                if *weight >= self.least
                    && let Some(finding) = find(index)
                {
                    self.insert(*weight, finding);
                }
            }
        }
    }

    /// Inserts a finding that weighs enough, and drops the last one if there are too many.
    fn insert(&mut self, weight: u64, finding: Finding) {
        let index = self
            .findings
            .partition_point(|better| (self.weigh)(better) >= weight);
        if self.findings.len() >= self.wanted {
            let end = self.findings.len() - 1;
            self.findings[end] = finding;
        } else if !self.findings.push(finding) {
            return;
        }
        self.findings[index..].rotate_right(1);
        if let (Some(last), true) = (self.findings.last(), self.findings.len() >= self.wanted) {
            self.least = (self.weigh)(last) + 1;
        }
    }

    /// Returns the findings; those of equal weight are in an order that is the same in every run.
    pub(super) fn sorted(mut self) -> PageBuffer<Finding> {
        let mut findings = std::mem::replace(&mut self.findings, PageBuffer::new());
        findings.sort_unstable_by(|one, other| {
            let weights = (self.weigh)(other).cmp(&(self.weigh)(one));
            weights.then_with(|| by_location(one, other))
        });
        findings
    }
}

/// Orders findings of equal weight: growth before loss, then owner, file and line.
fn by_location(one: &Finding, other: &Finding) -> Ordering {
    let index = |finding: &Finding| {
        let line = finding.site.mark.map(|mark| (mark.file(), mark.line()));
        (finding.change.live_bytes < 0, finding.site.owner, line)
    };
    index(one).cmp(&index(other))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::id::owner::OwnerId;
    use crate::memory::snapshot::entries::SiteUsage;
    use crate::memory::snapshot::estimate::StandardError;
    use crate::memory::snapshot::usage::{Change, Usage};

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
                standard_error: StandardError::default(),
            },
            change: Change {
                live_bytes: change,
                ..Change::default()
            },
            change_error: 0.0,
        }
    }

    fn ranked(numbers: &[i64], wanted: usize) -> Vec<i64> {
        let weigh = |found: &Finding| found.change.live_bytes.unsigned_abs();
        let mut ranking = Ranking::new(wanted, weigh);
        let mut weights = [0; CHUNK];
        for (weight, number) in weights.iter_mut().zip(numbers) {
            *weight = number.unsigned_abs();
        }
        ranking.offer(&weights, |index| Some(finding(numbers[index])));
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
