//! Trends: the verdict on each line, with the numbers behind it.

use std::cmp::Ordering;
use std::fmt;
use std::time::Duration;

use crate::memory::growth::history::History;
use crate::memory::id::anomalies::Blocks;
use crate::memory::snapshot::entries::SiteUsage;
use crate::memory::snapshot::snapshot::Snapshot;
use crate::memory::sys::pages::PageBuffer;
use crate::memory::verdicts::holders::LineHolders;
use crate::memory::verdicts::judge::{blocks_a_stride, judge, strides_a_second};
use crate::memory::verdicts::verdict::Verdict;

/// The verdict on one line of one owner, with the numbers behind it.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Trend {
    /// The line, and its numbers now.
    pub site: SiteUsage,
    /// The verdict on how it develops.
    pub verdict: Verdict,
    /// By how many bytes it grows in a stride; zero if it does not grow.
    ///
    /// The median of the slopes between any two of the least live bytes of up to ten equal parts of the time since
    /// [`since_stride`](Self::since_stride) (Theil and Sen). Where blocks double when they are full, as those of a `Vec` do, it is what
    /// the last doublings show that they held.
    pub bytes_per_stride: f64,
    /// The standard error of [`bytes_per_stride`](Self::bytes_per_stride).
    pub slope_error: f64,
    /// By how many blocks it grows in a stride; zero if it does not grow, or if it is a block that becomes larger.
    pub blocks_per_stride: f64,
    /// By how many bytes it grows in a second; zero if it does not grow.
    pub bytes_per_second: f64,
    /// The stride in which the growth began, counted over all runs of the pipeline; of a line that does not grow, the
    /// first stride that was looked at.
    pub since_stride: u64,
    /// The least live bytes in each fifth of the strides since then: the evidence.
    pub fifths: [u64; 5],
    /// The blocks that cannot be reached any more.
    pub unreachable: Blocks,
}

impl Trend {
    /// Returns the time until the line has `limit` live bytes, if it goes on as it does; `None` if it does not grow.
    #[must_use]
    pub fn time_until(&self, limit: u64) -> Option<Duration> {
        let left = limit.saturating_sub(self.site.usage.live_bytes) as f64;
        let grows = self.bytes_per_second > 0.0;
        grows.then(|| {
            Duration::try_from_secs_f64(left / self.bytes_per_second).unwrap_or(Duration::MAX)
        })
    }

    /// Returns the trend of a line that has nothing.
    #[cfg(test)]
    pub(crate) fn of_nothing(
        owner: crate::memory::OwnerId,
        mark: Option<&'static crate::memory::Mark>,
    ) -> Self {
        Self {
            site: SiteUsage {
                owner,
                mark,
                usage: crate::memory::Usage::default(),
                standard_error: crate::memory::StandardError::default(),
            },
            verdict: Verdict::Steady,
            bytes_per_stride: 0.0,
            slope_error: 0.0,
            blocks_per_stride: 0.0,
            bytes_per_second: 0.0,
            since_stride: 0,
            fifths: [0; 5],
            unreachable: Blocks::default(),
        }
    }

    /// Returns true if the numbers are estimates from samples.
    #[must_use]
    pub fn is_estimate(&self) -> bool {
        self.site.standard_error.live_bytes > 0.0
    }
}

/// The trends of all lines with a history, worst first.
pub(crate) struct Trends {
    trends: PageBuffer<Trend>,
    left_out: usize,
}

impl Trends {
    /// Judges the lines of `history` by it and by `holders`; `now` is a snapshot of the process.
    pub(crate) fn find(
        history: &mut History,
        now: &Snapshot,
        holders: Option<&LineHolders>,
    ) -> Self {
        let mut trends = PageBuffer::new();
        history.each(now, |line, points, site| {
            let judgement = judge(points, site.standard_error.live_bytes, line.was_growing);
            line.was_growing = judgement.verdict == Verdict::Grows;
            let unreachable = holders
                .map(|holders| holders.unreachable(&site))
                .unwrap_or_default();
            // Without room the trend is left out.
            let _ = trends.push(Trend {
                site,
                verdict: match judgement.verdict {
                    _ if unreachable.blocks > 0 => Verdict::Leaks,
                    verdict => verdict,
                },
                bytes_per_stride: judgement.slope,
                slope_error: judgement.error,
                blocks_per_stride: match judgement.verdict {
                    Verdict::Grows => blocks_a_stride(points, judgement.since),
                    _ => 0.0,
                },
                bytes_per_second: judgement.slope * strides_a_second(points, judgement.since),
                since_stride: judgement.since,
                fifths: judgement.fifths,
                unreachable,
            });
        });
        trends.sort_unstable_by(worst_first);
        Self {
            trends,
            left_out: history.left_out(),
        }
    }

    /// Returns these trends.
    #[cfg(test)]
    pub(crate) fn of(trends: &[Trend]) -> Self {
        let mut all = PageBuffer::new();
        assert!(trends.iter().all(|trend| all.push(*trend)));
        Self {
            trends: all,
            left_out: 0,
        }
    }

    /// Returns how many lines with live bytes have no history, because there are too many.
    pub(crate) fn left_out(&self) -> usize {
        self.left_out
    }
}

impl std::ops::Deref for Trends {
    type Target = [Trend];

    fn deref(&self) -> &[Trend] {
        &self.trends
    }
}

impl fmt::Debug for Trends {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// Orders by verdict, the lines of the built-in owners after others of the same; then the fastest growth, the most bytes
/// that cannot be reached, and the most live bytes.
fn worst_first(one: &Trend, other: &Trend) -> Ordering {
    let place = |trend: &Trend| (trend.verdict, trend.site.owner.is_built_in());
    let line = |trend: &Trend| trend.site.mark.map(|mark| (mark.file(), mark.line()));
    place(one)
        .cmp(&place(other))
        .then_with(|| other.unreachable.bytes.cmp(&one.unreachable.bytes))
        .then_with(|| other.bytes_per_stride.total_cmp(&one.bytes_per_stride))
        .then_with(|| other.site.usage.live_bytes.cmp(&one.site.usage.live_bytes))
        .then_with(|| (one.site.owner, line(one)).cmp(&(other.site.owner, line(other))))
}
