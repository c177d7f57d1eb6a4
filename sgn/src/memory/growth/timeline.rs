//! The moments of a run that are kept: few and evenly spread for the whole run, many for the last minutes.
//!
//! Each kept sample has a *slot*, an index into the numbers of every line. Two rules keep samples:
//!
//! - The *grid* has one of every `spacing` strides. When it has more than [`GRID`] samples, the spacing doubles, and
//!   every second one is dropped. So there are always between half of [`GRID`] and [`GRID`] of them, and the number of
//!   samples that were ever taken for the grid grows with the logarithm of the number of strides. Which one of the
//!   strides it is differs, so that what happens every so many strides is not always seen in the same phase.
//! - The *recent* samples are those that were taken because time has passed or a report was made. They are numbered. Of
//!   the numbers that are multiples of 2^k, the last [`RECENT`] are kept, for each k up to [`LEVELS`]. So the distances
//!   between them grow with their age.

use std::time::Duration;

use crate::memory::sys::pages::PageBuffer;

/// The largest number of strides in the grid.
const GRID: usize = 128;
/// The number of recent samples of each distance.
const RECENT: u64 = 16;
/// The largest distance of recent samples is two to the power of this: 97 days, if one is taken each second.
const LEVELS: u32 = 19;

/// The number of slots: the grid, [`RECENT`] samples of the smallest and of the largest distance, and half as many of
/// each distance in between; and one for a sample that is in neither.
pub(in crate::memory) const SLOTS: usize = GRID + RECENT as usize * (2 + LEVELS as usize / 2) + 1;

/// One kept sample.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::memory) struct Sample {
    /// The number of strides since the start.
    pub(in crate::memory) stride: u64,
    /// The time since the start.
    pub(in crate::memory) at: Duration,
    /// The number among the recent samples, from one; zero if it is none.
    number: u64,
    /// The start of the strides that it stands for in the grid; `None` if it is not in the grid.
    cell: Option<u64>,
    is_last: bool,
}

impl Sample {
    fn is_kept(&self) -> bool {
        self.cell.is_some() || self.is_last || self.number > 0
    }
}

/// The kept samples of a run.
pub(in crate::memory) struct Timeline {
    /// By slot; one that is not kept is free.
    samples: PageBuffer<Sample>,
    spacing: u64,
    /// The number of recent samples that were ever taken.
    recent: u64,
}

impl Timeline {
    pub(in crate::memory) const fn new() -> Self {
        Self {
            samples: PageBuffer::new(),
            spacing: 1,
            recent: 0,
        }
    }

    /// Returns the first stride of which the grid needs a sample.
    pub(in crate::memory) fn next_in_grid(&self) -> u64 {
        let last = self.samples.iter().filter_map(|sample| sample.cell).max();
        let cell = last.map_or(0, |cell| cell.saturating_add(self.spacing));
        // Within the first three quarters, so that two samples are never far apart.
        let room = self.spacing / 4 * 3;
        let mixed = cell.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32;
        cell.saturating_add(mixed % room.max(1)).max(1)
    }

    /// Returns the last sample.
    pub(in crate::memory) fn last(&self) -> Option<&Sample> {
        self.samples.iter().find(|sample| sample.is_last)
    }

    /// Keeps a sample of a stride after all others, and returns its slot; `None` if there is no page for it.
    ///
    /// `is_recent` says that it is not taken for the grid alone.
    pub(in crate::memory) fn add(
        &mut self,
        stride: u64,
        at: Duration,
        is_recent: bool,
    ) -> Option<usize> {
        for sample in self.samples.iter_mut() {
            sample.is_last = false;
        }
        if stride >= self.next_in_grid() && self.in_grid() == GRID {
            self.double_spacing();
        }
        let is_in_grid = stride >= self.next_in_grid();
        let mut fresh = Sample {
            stride,
            at,
            number: 0,
            cell: is_in_grid.then_some(stride / self.spacing * self.spacing),
            is_last: true,
        };
        if is_recent {
            self.recent += 1;
            fresh.number = self.recent;
            self.forget_recent();
        }
        let free = self.samples.iter().position(|sample| !sample.is_kept());
        match free {
            Some(slot) => {
                self.samples[slot] = fresh;
                Some(slot)
            }
            None if self.samples.len() < SLOTS && self.samples.push(fresh) => {
                Some(self.samples.len() - 1)
            }
            None => None,
        }
    }

    fn in_grid(&self) -> usize {
        self.samples
            .iter()
            .filter(|sample| sample.cell.is_some())
            .count()
    }

    fn double_spacing(&mut self) {
        self.spacing = self.spacing.saturating_mul(2);
        for sample in self.samples.iter_mut() {
            sample.cell = sample.cell.filter(|cell| cell.is_multiple_of(self.spacing));
        }
    }

    fn forget_recent(&mut self) {
        for sample in self.samples.iter_mut().filter(|sample| sample.number > 0) {
            let level = sample.number.trailing_zeros().min(LEVELS);
            if self.recent - sample.number >= RECENT << level {
                sample.number = 0;
            }
        }
    }

    /// Returns the kept samples and their slots, in the order of time.
    pub(in crate::memory) fn in_order(&self) -> PageBuffer<(usize, Sample)> {
        let mut ordered = PageBuffer::new();
        for (slot, sample) in self
            .samples
            .iter()
            .enumerate()
            .filter(|(_, sample)| sample.is_kept())
        {
            if !ordered.push((slot, *sample)) {
                break;
            }
        }
        ordered.sort_unstable_by_key(|(_, sample)| sample.stride);
        ordered
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the timeline after `strides` strides of which each takes `time`, and how many samples were taken.
    fn after(strides: u64, time: Duration, step: u64) -> (Timeline, u64) {
        let (mut timeline, mut taken) = (Timeline::new(), 0);
        let (mut next, mut sampled) = (1, Duration::ZERO);
        for stride in (step..=strides).step_by(step as usize) {
            let at = Duration::from_secs_f64(time.as_secs_f64() * stride as f64);
            let is_recent = at - sampled >= Duration::from_secs(1);
            if is_recent || stride >= next {
                assert!(timeline.add(stride, at, is_recent).is_some());
                taken += 1;
                next = timeline.next_in_grid();
                if is_recent {
                    sampled = at;
                }
            }
        }
        (timeline, taken)
    }

    /// Returns the number of grid points, and the largest gap between two, as a share of the run.
    fn grid(timeline: &Timeline) -> (usize, f64) {
        let ordered = timeline.in_order();
        let strides: Vec<u64> = ordered
            .iter()
            .filter(|(_, kept)| kept.cell.is_some())
            .map(|(_, kept)| kept.stride)
            .collect();
        let last = ordered.last().expect("a sample").1.stride as f64;
        let gap = strides
            .windows(2)
            .map(|pair| pair[1] - pair[0])
            .max()
            .unwrap_or(0);
        (strides.len(), gap as f64 / last)
    }

    #[test]
    fn the_grid_is_even_at_any_time_and_its_cost_is_logarithmic() {
        let longest = if cfg!(miri) { 130 } else { 100_000 };
        for strides in [
            40, 64, 100, 128, 129, 130, 200, 1000, 10_000, 65_537, 100_000,
        ] {
            if strides > longest {
                continue;
            }
            let (timeline, taken) = after(strides, Duration::from_micros(3), 1);
            let (count, gap) = grid(&timeline);
            assert!(
                count >= GRID.min(strides as usize) / 2 && count <= GRID,
                "{strides}: {count}"
            );
            assert!(
                strides < 64 || gap < 1.8 / GRID as f64 * 2.0,
                "{strides}: {gap}"
            );
            let doublings = (strides as f64 / GRID as f64).log2().max(0.0);
            assert!(
                taken as f64 <= GRID as f64 + doublings.ceil() * GRID as f64 / 2.0 + 1.0,
                "{strides}: {taken}"
            );
        }
    }

    #[test]
    fn the_last_minute_is_kept_fine_and_weeks_are_kept_coarse() {
        let days = if cfg!(debug_assertions) { 2 } else { 30 };
        let strides = if cfg!(miri) { 150 } else { days * 24 * 3600 };
        let (timeline, _) = after(strides, Duration::from_secs(1), 1);
        let ordered = timeline.in_order();
        assert!(ordered.len() <= SLOTS);
        let ages: Vec<u64> = ordered
            .iter()
            .rev()
            .map(|(_, kept)| strides - kept.stride)
            .collect();
        assert!(ages.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!(ages[..16], (0..16).collect::<Vec<u64>>()[..]);
        // The gap to the next older sample is at most an eighth of the age, and a 36th of the run.
        for pair in ages.windows(2) {
            let allowed = (pair[1] / 8 + 1).min(strides / 36 + 1);
            assert!(pair[1] - pair[0] <= allowed, "{pair:?}");
        }
    }

    #[test]
    fn there_is_a_slot_for_each_sample_of_a_billion_strides() {
        let mut timeline = Timeline::new();
        // All strides would take a minute: those near the powers of two, where the rules change, and some between.
        let mut stride = 0_u64;
        let mut at = Duration::ZERO;
        while stride < 1_000_000_000 {
            stride = timeline
                .next_in_grid()
                .min(stride + 1 + stride / if cfg!(miri) { 4 } else { 1000 });
            at += Duration::from_secs(1);
            assert!(timeline.add(stride, at, true).is_some(), "{stride}");
        }
        assert!(timeline.in_order().len() <= SLOTS);
    }

    #[test]
    fn many_recent_samples_find_a_slot_each() {
        let mut timeline = Timeline::new();
        let strides = match (cfg!(miri), cfg!(debug_assertions)) {
            (true, _) => 60,
            (false, true) => 200_000,
            (false, false) => 3_000_000,
        };
        for stride in 1..=strides {
            assert!(
                timeline
                    .add(stride, Duration::from_secs(stride), true)
                    .is_some(),
                "{stride}"
            );
        }
    }
}
