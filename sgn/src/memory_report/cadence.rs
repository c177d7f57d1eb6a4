//! Decides when the next memory report is due.

use std::time::{Duration, Instant};

use super::options::Every;

/// Finds out when the next report is due.
#[derive(Debug)]
pub(crate) struct Cadence {
    every: Every,
    /// The number of strides since the last report.
    strides: u64,
    /// The time of the last report.
    reported: Instant,
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

    pub(crate) fn new(every: Every) -> Self {
        let now = Instant::now();
        Self {
            every,
            strides: 0,
            reported: now,
            looked: now,
            period: 1,
            left: 1,
        }
    }

    /// Counts a stride, and returns true if a report is due after it.
    #[inline]
    pub(crate) fn is_due_after_stride(&mut self) -> bool {
        self.strides += 1;
        match self.every {
            Every::Strides(every) => self.strides >= every.get(),
            Every::Time(every) => {
                self.left -= 1;
                self.left == 0 && self.is_due_at(every, Instant::now())
            }
        }
    }

    fn is_due_at(&mut self, every: Duration, now: Instant) -> bool {
        let passed = now.saturating_duration_since(self.looked);
        self.looked = now;
        self.period = if passed < Self::SHORT * self.period {
            Self::SELDOM
        } else {
            1
        };
        self.left = self.period;
        now.saturating_duration_since(self.reported) >= every
    }

    /// Returns how many strides there were since the last report.
    pub(crate) fn strides(&self) -> u64 {
        self.strides
    }

    /// Starts over after a report.
    pub(crate) fn has_reported(&mut self) {
        self.strides = 0;
        self.reported = Instant::now();
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
            if cadence.left == 0 && cadence.is_due_at(every, now) {
                cadence.reported = now;
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
        assert!(!cadence.is_due_at(Duration::from_secs(1), start + Duration::from_micros(1)));
        assert_eq!(cadence.left, Cadence::SELDOM);
        assert!(cadence.is_due_at(Duration::from_secs(1), start + Duration::from_secs(16)));
        assert_eq!(cadence.left, 1);
    }
}
