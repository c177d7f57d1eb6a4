//! Takes censuses as often as they are worth their time.

use std::borrow::BorrowMut;
use std::time::{Duration, Instant};

use crate::graph::{self, Node};
use crate::memory::census::census::Limits;
use crate::memory::census::roots::Roots;
use crate::memory::census::unreachable::Unreachable;
use crate::memory::{self, Holders};

/// The censuses of one run, if the program's allocator keeps an index.
///
/// A block counts as leaked if two censuses did not reach it. So there are more of them than reports: at strides of
/// which each is at least twice the one before.
pub(super) struct Censuses<'a> {
    unreachable: &'a mut Unreachable,
    /// The stride of the last one, and its end.
    last: Option<(u64, Instant)>,
    /// The time that the last one took.
    took: Duration,
}

impl<'a> Censuses<'a> {
    const LIMITS: Limits = Limits {
        park: Duration::from_millis(100),
        search: Duration::from_secs(2),
    };
    /// The least ratio of the time between two censuses to the time that one takes.
    const SELDOM: u32 = 20;
    /// The time that a census may always take.
    const SHORT: Duration = Duration::from_millis(10);

    pub(super) fn new(unreachable: &'a mut Unreachable) -> Option<Self> {
        memory::has_index().then_some(Self {
            unreachable,
            last: None,
            took: Duration::ZERO,
        })
    }

    /// Returns true if a report after `stride` strides is to have a census.
    pub(super) fn is_due(&self, stride: u64) -> bool {
        self.last.is_none_or(|(last, end)| {
            stride > last && end.elapsed() >= self.took.saturating_sub(Self::SHORT) * Self::SELDOM
        })
    }

    /// Returns true if there is to be a census although no report is due.
    pub(super) fn is_due_between_reports(&self, stride: u64) -> bool {
        self.last.is_some_and(|(last, end)| {
            stride >= 2 * last && end.elapsed() >= self.took * Self::SELDOM
        })
    }

    /// Takes the last one of a run; `None` if there can be none now.
    ///
    /// Takes two if the one before was in the first half of the run, so that the last report tells of leaks of the
    /// second half, too.
    pub(super) fn take_last<N: BorrowMut<Node>>(
        &mut self,
        nodes: &mut [N],
        stride: u64,
    ) -> Option<Holders> {
        if self.last.is_none_or(|(last, _)| last < stride / 2) {
            self.take(nodes, stride)?;
        }
        self.take(nodes, stride)
    }

    /// Takes one; `None` if there can be none now.
    pub(super) fn take<N: BorrowMut<Node>>(
        &mut self,
        nodes: &mut [N],
        stride: u64,
    ) -> Option<Holders> {
        let start = Instant::now();
        let taken = graph::census(nodes, &Roots::new(), Self::LIMITS, self.unreachable);
        self.took = start.elapsed();
        self.last = Some((stride, Instant::now()));
        taken.ok()
    }
}
