//! Reading what the samples stand for: estimates in the place of counts, and how far off they may be.

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

/// How far estimates are off: their standard errors, in bytes.
///
/// Two of three estimates are off by less, and all but one of 370 by less than three times that, if
/// they are made from some tens of samples; of counts it is zero. What no block was sampled of is
/// estimated to be zero, and nothing is known of how far that is off.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct StandardError {
    /// Of [`Usage::live_bytes`](crate::memory::Usage::live_bytes).
    pub live_bytes: f64,
    /// Of [`Usage::total_bytes`](crate::memory::Usage::total_bytes).
    pub total_bytes: f64,
}

/// The squares of standard errors, which may be added.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Variance {
    live: f64,
    total: f64,
}

// SAFETY: it is made of two fractions, and of zero bytes they are zero.
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

    /// An upper bound of the error of what changed in the live bytes since `earlier`.
    ///
    /// A sampled block that was there both times contributes the same both times, and one that was born
    /// and died in between nothing. So the variance is that of the live samples that were born in
    /// between, and of those that have died: that of all now and all then less twice that of those which
    /// stayed, or that of all births and ends in between less twice that of those which are both. Which
    /// samples stayed is not kept; each of the two sums without the last term is a bound, and the lesser
    /// is taken. It is exact where nothing was there before, where nothing is left, and where nothing
    /// that was born has died.
    pub(super) fn error_of_change(self, earlier: Self) -> f64 {
        let born = self.total - earlier.total;
        let died = (self.total - self.live) - (earlier.total - earlier.live);
        let in_between = (born + died).max(0.0);
        in_between.min(self.live + earlier.live).sqrt()
    }
}

/// How far the estimates of one moment are off.
pub(super) struct Variances {
    pub(super) sites: PageBuffer<Variance>,
    pub(super) owners: PageBuffer<Variance>,
    pub(super) total: Variance,
    /// How many of the live blocks were sampled.
    pub(super) live_samples: u64,
    /// What is estimated of owners that have ended.
    pub(super) ended: Weight,
}

impl Variances {
    /// With room for the sites below `end`; `None` if the system has no pages.
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

    /// Reads the estimates of the sites of a block of zeros.
    pub(super) fn read(&mut self, block: &mut Chunk, sites: &Range<usize>) {
        for (place, index) in sites.clone().enumerate() {
            let Some(found) = samples::read(index) else {
                continue;
            };
            let less = |more: f64, less: f64| (more - less).max(0.0);
            let (allocated, freed, ended) = (found.allocated, found.freed, found.ended);
            block.live_bytes[place] = less(allocated.bytes, freed.bytes).round() as u64;
            block.live_blocks[place] = less(allocated.blocks, freed.blocks).round() as u64;
            block.total_bytes[place] = less(allocated.bytes, ended.bytes).round() as u64;
            block.total_blocks[place] = less(allocated.blocks, ended.blocks).round() as u64;
            block.ended += ended.blocks.round() as u64;
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

    /// Counts what was estimated of owners that have ended to their own site; the numbers of it.
    pub(super) fn settle_ended(&mut self) -> Usage {
        let ended = Variance {
            live: 0.0,
            total: self.ended.variance,
        };
        self.total.add(ended);
        let places = [
            self.sites.get_mut(sites::ENDED.index()),
            self.owners.get_mut(OwnerId::ENDED.index()),
        ];
        for place in places.into_iter().flatten() {
            place.add(ended);
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
        // One block of variance 16 was born, and one of variance 9 has died.
        let after = Variance {
            live: 107.0,
            total: 166.0,
        };
        assert_eq!(after.error_of_change(before), 5.0);
        // What was not there before is off by what it is off itself, whatever came and went.
        let churned = Variance {
            live: 9.0,
            total: 1000.0,
        };
        assert_eq!(churned.error_of_change(Variance::default()), 3.0);
        assert_eq!(after.error().total_bytes, 166.0_f64.sqrt());
    }
}
