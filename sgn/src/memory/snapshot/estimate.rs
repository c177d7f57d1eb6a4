//! Reads estimates from the samples, and their variances.

#![expect(unsafe_code, reason = "numbers are made from zeroed pages")]

use std::ops::Range;

use crate::memory::id::limits::CHUNK;
use crate::memory::id::names;
use crate::memory::id::owner::OwnerId;
use crate::memory::id::sites;
use crate::memory::sampling::rate::Weight;
use crate::memory::sampling::samples;
use crate::memory::snapshot::table::Chunk;
use crate::memory::snapshot::usage::Usage;
use crate::memory::sys::pages::{PageBuffer, Zeroed};

/// The standard errors of estimates, in bytes.
///
/// An estimate is wrong by less than the standard error in two of three cases, and by less than three times that in 369
/// of 370, if it rests on some tens of samples. The standard error of counts is zero. Where no block was sampled, both
/// the estimate and its standard error are zero, and the true error is unknown.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct StandardError {
    /// The standard error of [`Usage::live_bytes`](crate::memory::Usage::live_bytes).
    pub live_bytes: f64,
    /// The standard error of [`Usage::total_bytes`](crate::memory::Usage::total_bytes).
    pub total_bytes: f64,
}

/// The squares of standard errors, which can be added.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Variance {
    live: f64,
    total: f64,
}

// SAFETY: it consists of two fractions, which are zero if their bytes are.
unsafe impl Zeroed for Variance {}

impl Variance {
    fn add(&mut self, other: Self) {
        self.live += other.live;
        self.total += other.total;
    }

    pub(super) fn error(self) -> StandardError {
        StandardError {
            live_bytes: self.live.sqrt(),
            total_bytes: self.total.sqrt(),
        }
    }

    /// Returns an upper bound of the standard error of the change of the live bytes since `earlier`.
    ///
    /// A sampled block that is live at both moments contributes the same to both, and a block that was allocated and
    /// freed in between contributes nothing. So the variance of the change is that of the blocks allocated in between
    /// and still live, plus that of the blocks live before and freed in between. Which blocks these are is not stored,
    /// but two sums are upper bounds: all live blocks of both moments, and all allocations and frees in between. The
    /// method takes the smaller one. It is exact if there were no live blocks before, if none are left, or if no block
    /// that was allocated in between has been freed.
    pub(super) fn error_of_change(self, earlier: Self) -> f64 {
        let allocated = self.total - earlier.total;
        let freed = (self.total - self.live) - (earlier.total - earlier.live);
        let in_between = (allocated + freed).max(0.0);
        in_between.min(self.live + earlier.live).sqrt()
    }
}

/// The variances of all estimates of one snapshot.
pub(super) struct Variances {
    pub(super) sites: PageBuffer<Variance>,
    pub(super) owners: PageBuffer<Variance>,
    pub(super) total: Variance,
    /// The number of sampled blocks that are live.
    pub(super) live_samples: u64,
    /// The estimates of owners that have ended.
    pub(super) ended: Weight,
}

impl Variances {
    /// Returns variances with room for the sites below `end`; `None` if the system has no pages.
    pub(super) fn with_room_for(end: usize) -> Option<Self> {
        let mut variances = Self {
            sites: PageBuffer::new(),
            owners: PageBuffer::new(),
            total: Variance::default(),
            live_samples: 0,
            ended: Weight::default(),
        };
        let ready = variances.sites.reset(end.next_multiple_of(CHUNK))
            && variances.owners.reset(names::end());
        ready.then_some(variances)
    }

    /// Reads the estimates of the sites of a zeroed chunk.
    pub(super) fn read(&mut self, chunk: &mut Chunk, sites: &Range<usize>) {
        for (position, index) in sites.clone().enumerate() {
            let Some(found) = samples::read(index) else {
                continue;
            };
            let less = |more: f64, less: f64| (more - less).max(0.0);
            let (allocated, freed, ended) = (found.allocated, found.freed, found.ended);
            chunk.live_bytes[position] = less(allocated.bytes, freed.bytes).round() as u64;
            chunk.live_blocks[position] = less(allocated.blocks, freed.blocks).round() as u64;
            chunk.total_bytes[position] = less(allocated.bytes, ended.bytes).round() as u64;
            chunk.total_blocks[position] = less(allocated.blocks, ended.blocks).round() as u64;
            chunk.ended += ended.blocks.round() as u64;
            self.ended.add(ended);
            let variance = Variance {
                live: less(allocated.variance, freed.variance),
                total: less(allocated.variance, ended.variance),
            };
            self.live_samples += found.live_samples;
            self.total.add(variance);
            self.sites[index] = variance;
            let owner = sites::OWNER_OF[index].load(std::sync::atomic::Ordering::Relaxed);
            if let Some(sum) = self.owners.get_mut(usize::from(owner)) {
                sum.add(variance);
            }
        }
    }

    /// Adds the variance of owners that have ended to that of [`sites::ENDED`], and returns the sum of their estimates.
    pub(super) fn add_ended(&mut self) -> Usage {
        let ended = Variance {
            live: 0.0,
            total: self.ended.variance,
        };
        self.total.add(ended);
        let targets = [
            self.sites.get_mut(sites::ENDED.index()),
            self.owners.get_mut(OwnerId::ENDED.index()),
        ];
        for target in targets.into_iter().flatten() {
            target.add(ended);
        }
        Usage {
            total_bytes: self.ended.bytes.round() as u64,
            total_blocks: self.ended.blocks.round() as u64,
            ..Usage::default()
        }
    }

    pub(super) fn of_site(&self, index: usize) -> Variance {
        self.sites.get(index).copied().unwrap_or_default()
    }

    pub(super) fn of_owner(&self, index: usize) -> Variance {
        self.owners.get(index).copied().unwrap_or_default()
    }

    pub(super) fn of_owners(&self, owners: &[OwnerId]) -> Variance {
        let mut sum = Variance::default();
        for owner in owners {
            sum.add(self.of_owner(owner.index()));
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stayed_does_not_blur_a_change() {
        let before = Variance {
            live: 100.0,
            total: 150.0,
        };
        assert_eq!(before.error_of_change(before), 0.0);
        // One block of variance 16 was allocated, and one of variance 9 was freed.
        let after = Variance {
            live: 107.0,
            total: 166.0,
        };
        assert_eq!(after.error_of_change(before), 5.0);
        // If there were no live blocks before, the error is that of the live blocks, whatever came and went.
        let churned = Variance {
            live: 9.0,
            total: 1000.0,
        };
        assert_eq!(churned.error_of_change(Variance::default()), 3.0);
        assert_eq!(after.error().total_bytes, 166.0_f64.sqrt());
    }
}
