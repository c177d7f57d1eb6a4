//! The first transform: blocks become overlapping windows, without their mean and faded out at both ends.

use std::f64::consts::PI;

use sgn::prelude::*;

use crate::read::Samples;

/// Joins consecutive blocks to windows: one window a block, so that neighbours share all blocks but one.
///
/// The mean is removed from each window, which is then multiplied by [`taper`]. Until there are enough
/// blocks, and after a gap, the pad gives gaps.
#[sgn::transform]
#[derive(Debug)]
pub(crate) struct Window {
    /// How many blocks make a window: 2 for an overlap of 50 %, 4 for 75 %.
    #[prop(default = 4, range = 1..=16)]
    blocks: usize,
    #[state]
    streams: Vec<Stream>,
    /// As long as the windows are.
    #[state]
    taper: Vec<f64>,
}

/// What one pad has seen.
#[derive(Clone, Debug, Default)]
struct Stream {
    /// The latest samples, at most a window of them.
    latest: Vec<f64>,
    /// Which sample of the file comes first in `latest`.
    first: usize,
    /// How many blocks `latest` holds.
    blocks: usize,
}

#[sgn::transform]
impl Window {
    fn on_build(&mut self, pads: &PadNames) {
        self.streams = vec![Stream::default(); pads.sinks().len()];
    }

    #[pads(dynamic)]
    fn pull(&mut self, pad: Pad<'_>, samples: &Frame<Samples>) {
        let stream = &mut self.streams[pad.index()];
        match samples.data() {
            Some(block) if !samples.is_gap() => stream.append(block, self.blocks),
            _ => stream.forget(),
        }
    }

    #[pads(dynamic)]
    fn new(&mut self, pad: Pad<'_>) -> Frame<Samples> {
        let stream = &self.streams[pad.index()];
        if stream.blocks < self.blocks {
            return Frame::gap();
        }
        if self.taper.len() != stream.latest.len() {
            self.taper = taper(stream.latest.len());
        }
        let mut values = stream.latest.clone();
        remove_mean(&mut values);
        for (value, weight) in values.iter_mut().zip(&self.taper) {
            *value *= weight;
        }
        let first = stream.first;
        Frame::new(Samples { first, values })
    }
}

impl Stream {
    /// Takes a block in and lets the oldest one go.
    fn append(&mut self, block: &Samples, most: usize) {
        let length = block.values.len();
        if block.first != self.first + self.latest.len() {
            self.forget();
        }
        if self.blocks == most {
            self.latest.drain(..length);
            self.first += length;
            self.blocks -= 1;
        }
        if self.blocks == 0 {
            self.first = block.first;
            self.latest.reserve_exact(most * length);
        }
        self.latest.extend_from_slice(&block.values);
        self.blocks += 1;
    }

    fn forget(&mut self) {
        self.latest.clear();
        self.blocks = 0;
    }
}

/// The weights that fade a window in and out: `sin⁴(πj/N)`, the square of a Hann window.
///
/// The sidelobes decide here: below 30 Hz the ground shakes a detector up to 100,000 times stronger than its noise in
/// the band is, and some of that shows up at every frequency. Those of a Hann window fall with the third power of the
/// distance, which would drown the band; those of its square fall with the fifth.
/// F. J. Harris, Proc. IEEE 66 (1978) 51, the family `cos^α` at α = 4.
pub(crate) fn taper(length: usize) -> Vec<f64> {
    (0..length)
        .map(|index| (PI * index as f64 / length as f64).sin().powi(4))
        .collect()
}

fn remove_mean(values: &mut [f64]) {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    for value in values {
        *value -= mean;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(first: usize) -> Samples {
        let values = vec![first as f64, first as f64 + 1.0];
        Samples { first, values }
    }

    #[test]
    fn windows_share_all_blocks_but_one() {
        let mut stream = Stream::default();
        for first in [0, 2, 4, 6] {
            stream.append(&block(first), 3);
        }
        assert_eq!((stream.first, stream.blocks), (2, 3));
        assert_eq!(stream.latest, [2.0, 3.0, 4.0, 5.0, 6.0, 7.0]);
    }

    #[test]
    fn a_window_never_spans_a_gap() {
        let mut stream = Stream::default();
        stream.append(&block(0), 2);
        stream.append(&block(2), 2);
        stream.append(&block(6), 2);
        assert_eq!((stream.first, stream.blocks), (6, 1));
        stream.forget();
        stream.append(&block(8), 2);
        assert_eq!(stream.latest, [8.0, 9.0]);
    }

    #[test]
    fn the_mean_is_removed() {
        let mut values = [1.0, 2.0, 6.0];
        remove_mean(&mut values);
        assert_eq!(values, [-2.0, -1.0, 3.0]);
    }

    #[test]
    fn windows_fade_in_and_out_and_overlap_to_a_constant() {
        let taper = taper(8);
        assert_eq!(taper[0], 0.0);
        assert!((taper[4] - 1.0).abs() < 1e-15);
        for start in 0..2 {
            let sum: f64 = taper.iter().skip(start).step_by(2).sum();
            assert!((sum - 1.5).abs() < 1e-15, "{sum}");
        }
    }
}
