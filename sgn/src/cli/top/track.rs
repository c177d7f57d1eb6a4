//! The last minutes of a run: live bytes of each owner, and what was allocated lately.

use std::collections::VecDeque;
use std::time::Duration;

use super::facts::Facts;
use crate::memory::Usage;

/// The time that the curves show.
const WINDOW: Duration = Duration::from_secs(300);

/// The most samples that are kept.
const MOST: usize = 240;

/// The time over which a rate is measured, and the least time between two of the moments that are kept for it.
const LATELY: Duration = Duration::from_secs(1);
const STEP: Duration = Duration::from_millis(250);

/// The past of a run, up to the moment that is shown.
#[derive(Debug, Default)]
pub(super) struct Track {
    /// The live bytes of the owners, by their index.
    samples: VecDeque<(Duration, Vec<u64>)>,
    /// The time between two samples.
    spacing: Duration,
    /// The numbers of the lines, by their index.
    recent: VecDeque<(Duration, Vec<Usage>)>,
    now: Duration,
}

/// The bytes and blocks that are allocated in a second.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Rate {
    pub(super) bytes: f64,
    pub(super) blocks: f64,
}

impl std::ops::AddAssign for Rate {
    fn add_assign(&mut self, other: Self) {
        self.bytes += other.bytes;
        self.blocks += other.blocks;
    }
}

impl Track {
    /// Adds a moment, which is not before the last one.
    pub(super) fn add(&mut self, facts: &Facts<'_>) {
        self.now = facts.at;
        self.sample(facts);
        let is_due = |(at, _): &(Duration, _)| facts.at.saturating_sub(*at) >= STEP;
        if self.recent.back().is_none_or(is_due) {
            self.recent.push_back((facts.at, facts.usages.clone()));
        }
        // The newest moment that is old enough, and those after it.
        let is_old = |place: Option<&(Duration, _)>| {
            place.is_some_and(|(at, _)| facts.at.saturating_sub(*at) >= LATELY)
        };
        while is_old(self.recent.get(1)) {
            self.recent.pop_front();
        }
    }

    fn sample(&mut self, facts: &Facts<'_>) {
        // The last sample is always that of the last moment.
        let before = self.samples.len().checked_sub(2);
        let before = before.and_then(|place| self.samples.get(place));
        if before.is_some_and(|(at, _)| facts.at.saturating_sub(*at) < self.spacing) {
            self.samples.pop_back();
        }
        self.samples.push_back((facts.at, facts.live()));
        let start = facts.at.saturating_sub(WINDOW);
        while self.samples.get(1).is_some_and(|(at, _)| *at <= start) {
            self.samples.pop_front();
        }
        if self.samples.len() > MOST {
            let mut place = 0;
            self.samples.retain(|_| {
                place += 1;
                place % 2 == 1
            });
            let span = facts.at.saturating_sub(self.start());
            self.spacing = (2 * self.spacing).max(span / MOST as u32);
        }
    }

    fn start(&self) -> Duration {
        self.samples.front().map_or(Duration::ZERO, |(at, _)| *at)
    }

    /// Returns the time that the curves show.
    pub(super) fn span(&self) -> Duration {
        self.now.min(WINDOW)
    }

    /// Returns the live bytes of some owners in `columns` parts of the time, oldest first; `None` before the first
    /// moment.
    pub(super) fn curve(&self, owners: &[usize], columns: usize) -> Vec<Option<u64>> {
        let start = self.now.saturating_sub(self.span());
        let part = self.span().as_secs_f64() / columns.max(1) as f64;
        let sum = |live: &[u64]| owners.iter().filter_map(|owner| live.get(*owner)).sum();
        let mut samples = self.samples.iter().peekable();
        let mut last = None;
        (1..=columns)
            .map(|column| {
                let end = start.as_secs_f64() + part * column as f64;
                // The most of what was live in this time, so that no peak is lost.
                let mut most = None;
                while let Some((_, live)) =
                    samples.next_if(|(at, _)| column == columns || at.as_secs_f64() <= end)
                {
                    last = Some(sum(live));
                    most = most.max(last);
                }
                most.or(last)
            })
            .collect()
    }

    /// Returns what a line has allocated lately, in a second.
    pub(super) fn rate(&self, line: usize, now: Usage) -> Rate {
        let then = self.recent.front().filter(|(at, _)| *at < self.now);
        let (since, before) = match then {
            Some((at, usages)) => (*at, usages.get(line).copied().unwrap_or_default()),
            None => (Duration::ZERO, Usage::default()),
        };
        let seconds = (self.now - since).as_secs_f64();
        if seconds <= 0.0 {
            return Rate::default();
        }
        let change = now.since(before);
        Rate {
            bytes: change.total_bytes as f64 / seconds,
            blocks: change.total_blocks as f64 / seconds,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::facts::made::facts;
    use super::*;
    use crate::recording::run::made;

    fn track(moments: u64) -> (Track, crate::recording::run::Run) {
        let run = made::run("src/main.rs", "let x = 1;", moments);
        let mut track = Track::default();
        for moment in 0..run.moments.len() {
            track.add(&facts(&run, moment));
        }
        (track, run)
    }

    #[test]
    fn a_curve_has_the_last_minutes_whole() {
        let (track, _) = track(10);
        let curve = track.curve(&[2], 10);
        let expected: Vec<_> = (1..=10).map(|second| Some(12_800 * second)).collect();
        assert_eq!(curve, expected);
        // Owners are added up; columns before the first moment are empty.
        assert_eq!(track.curve(&[1, 2], 1), [Some(64 + 128_000)]);
        assert_eq!(track.curve(&[2], 20)[0], None);
        assert_eq!(track.curve(&[], 2), [Some(0), Some(0)]);
        assert_eq!(Track::default().curve(&[0], 2), [None, None]);
    }

    #[test]
    fn a_long_run_takes_bounded_memory_and_keeps_its_last_moment() {
        let (track, run) = track(2000);
        assert!(track.samples.len() <= MOST && track.recent.len() <= 6);
        assert_eq!(track.span(), WINDOW);
        let curve = track.curve(&[2], 30);
        assert_eq!(curve.len(), 30);
        assert_eq!(curve[29], Some(12_800 * 2000));
        let first = curve[0].expect("the window is full");
        assert!((12_800 * 1699..=12_800 * 1720).contains(&first), "{first}");
        let last = facts(&run, 1999);
        assert_eq!(track.rate(2, last.usage(2)).bytes, 12_800.0);
    }

    #[test]
    fn a_rate_is_that_of_the_last_second() {
        let (track, run) = track(3);
        let last = facts(&run, 2);
        let rate = track.rate(1, last.usage(1));
        assert_eq!((rate.bytes, rate.blocks), (6400.0, 100.0));
        assert_eq!(track.rate(99, Usage::default()), Rate::default());
    }

    #[test]
    fn the_first_moment_has_the_rate_since_the_start() {
        let (track, run) = track(1);
        let only = facts(&run, 0);
        assert_eq!(track.rate(1, only.usage(1)).bytes, 6400.0);
    }
}
