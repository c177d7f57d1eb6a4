//! The time that a census may take.

use std::time::{Duration, Instant};

/// The moment at which a census gives up.
pub(super) struct Deadline {
    end: Option<Instant>,
    /// The words until the clock is read again.
    left: usize,
    has_passed: bool,
}

impl Deadline {
    /// The words between two readings of the clock: about half a millisecond.
    const PERIOD: usize = 1 << 19;

    /// Returns the deadline that is `limit` from now.
    pub(super) fn after(limit: Duration) -> Self {
        Self {
            end: Instant::now().checked_add(limit),
            left: Self::PERIOD,
            has_passed: limit.is_zero(),
        }
    }

    /// Counts `words` words, and returns true if the time is over.
    pub(super) fn has_passed_after(&mut self, words: usize) -> bool {
        match self.left.checked_sub(words) {
            Some(left) => self.left = left,
            None => {
                self.left = Self::PERIOD;
                self.has_passed |= self.end.is_some_and(|end| Instant::now() >= end);
            }
        }
        self.has_passed
    }
}
