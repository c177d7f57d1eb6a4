//! Decides when the next memory report is due, and when a sample of each line is.

use std::time::{Duration, Instant};

use super::options::Every;

/// The work that is due after a stride.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Due {
    Nothing,
    Sample,
    Report,
}

/// Finds out when the next report is due, and the next sample.
#[derive(Debug)]
pub(super) struct Cadence {
    every: Every,
    /// The number of strides since the last report.
    strides: u64,
    /// The time of the last report.
    reported: Instant,
    /// The time of the last sample.
    sampled: Instant,
    /// The time at which the clock was read last.
    looked: Instant,
    /// The number of strides between two readings of the clock, and until the next one.
    period: u32,
    left: u32,
}

impl Cadence {
    /// The strides between two readings of the clock while strides are short, as a reading takes as long as some of
    /// them.
    const SELDOM: u32 = 16;
    const SHORT: Duration = Duration::from_micros(100);
    /// The least time between two samples that are taken because time has passed.
    const SAMPLE: Duration = Duration::from_secs(1);

    pub(super) fn new(every: Every) -> Self {
        let now = Instant::now();
        Self {
            every,
            strides: 0,
            reported: now,
            sampled: now,
            looked: now,
            period: 1,
            left: 1,
        }
    }

    /// Counts a stride, and returns what is due after it.
    #[inline]
    pub(super) fn after_stride(&mut self) -> Due {
        self.strides += 1;
        if let Every::Strides(every) = self.every
            && self.strides >= every.get()
        {
            return Due::Report;
        }
        self.left -= 1;
        match self.left {
            0 => self.due_at(Instant::now()),
            _ => Due::Nothing,
        }
    }

    fn due_at(&mut self, now: Instant) -> Due {
        let passed = now.saturating_duration_since(self.looked);
        self.looked = now;
        self.period = if passed < Self::SHORT * self.period {
            Self::SELDOM
        } else {
            1
        };
        self.left = self.period;
        let since = |then| now.saturating_duration_since(then);
        match self.every {
            Every::Time(every) if since(self.reported) >= every => Due::Report,
            _ if since(self.sampled) >= Self::SAMPLE => Due::Sample,
            _ => Due::Nothing,
        }
    }

    /// Returns how many strides there were since the last report.
    pub(super) fn strides(&self) -> u64 {
        self.strides
    }

    /// Returns the time since the last report.
    pub(super) fn interval(&self) -> Duration {
        self.reported.elapsed()
    }

    /// Starts over after a sample.
    pub(super) fn has_sampled(&mut self) {
        self.sampled = Instant::now();
    }

    /// Starts over after a report, which has a sample.
    pub(super) fn has_reported(&mut self) {
        self.strides = 0;
        self.reported = Instant::now();
        self.sampled = self.reported;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the strides after which a report was due, where each takes `time`.
    fn due(every: Duration, time: Duration, strides: u64) -> Vec<u64> {
        let mut cadence = Cadence::new(Every::Time(every));
        let mut now = cadence.reported;
        let mut due = Vec::new();
        for stride in 1..=strides {
            now += time;
            cadence.left -= 1;
            if cadence.left == 0 && cadence.due_at(now) == Due::Report {
                (cadence.reported, cadence.sampled) = (now, now);
                due.push(stride);
            }
        }
        due
    }

    #[test]
    fn long_strides_are_reported_in_time() {
        let second = Duration::from_secs(1);
        assert_eq!(due(second, second, 3), [1, 2, 3]);
        assert_eq!(due(second, second / 4, 12), [4, 8, 12]);
        assert_eq!(due(second, second / 200, 500), [200, 400]);
    }

    #[test]
    fn short_strides_are_reported_a_few_late() {
        let due = due(Duration::from_millis(1), Duration::from_micros(10), 1000);
        let gaps = due.windows(2).map(|pair| pair[1] - pair[0]);
        assert!(due.len() >= 8, "{due:?}");
        for gap in gaps {
            assert!(
                (100..100 + u64::from(Cadence::SELDOM)).contains(&gap),
                "{due:?}"
            );
        }
    }

    #[test]
    fn a_stride_that_becomes_long_is_noticed() {
        let mut cadence = Cadence::new(Every::Time(Duration::from_secs(1)));
        let start = cadence.reported;
        assert_eq!(
            cadence.due_at(start + Duration::from_micros(1)),
            Due::Nothing
        );
        assert_eq!(cadence.left, Cadence::SELDOM);
        assert_eq!(cadence.due_at(start + Duration::from_secs(16)), Due::Report);
        assert_eq!(cadence.left, 1);
    }
    #[test]
    fn samples_are_taken_once_a_second_between_reports() {
        let mut cadence = Cadence::new(Every::Time(Duration::from_secs(10)));
        let start = cadence.sampled;
        assert_eq!(
            cadence.due_at(start + Duration::from_millis(999)),
            Due::Nothing
        );
        assert_eq!(
            cadence.due_at(start + Duration::from_millis(1001)),
            Due::Sample
        );
        cadence.sampled = start + Duration::from_millis(1001);
        assert_eq!(cadence.due_at(start + Duration::from_secs(2)), Due::Nothing);
        assert_eq!(cadence.due_at(start + Duration::from_secs(10)), Due::Report);
    }
}
