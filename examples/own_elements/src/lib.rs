//! A source, transforms and a sink, as the guide `sgn::guide::write_your_own_element` has them.
#![forbid(unsafe_code)]
#![warn(missing_docs, missing_debug_implementations)]

use sgn::prelude::*;

/// Gives a sine wave, a block of samples a stride.
#[sgn::source]
#[derive(Debug)]
pub struct Sine {
    /// Oscillations per block.
    #[prop(default = 1.0, range = 0.0..=100.0)]
    frequency: f64,
    /// How many blocks to give.
    #[prop(default = 4)]
    blocks: u32,
    #[state]
    given: u32,
}

#[sgn::source]
impl Sine {
    fn new(&mut self) -> Frame<Vec<f64>> {
        self.given += 1;
        let step = self.frequency * std::f64::consts::TAU / 8.0;
        let block = (0..8).map(|i| (f64::from(i) * step).sin()).collect();
        Frame::new(block).with_eos(self.given >= self.blocks)
    }
}

/// The root mean square of a block.
#[sgn::transform]
pub fn loudness(block: &Vec<f64>) -> f64 {
    let squares: f64 = block.iter().map(|sample| sample * sample).sum();
    (squares / block.len().max(1) as f64).sqrt()
}

/// Prints the loudest sample of each block.
#[sgn::sink]
pub fn print_peak(block: &Vec<f64>, #[prop(default)] label: &String) {
    let peak = block.iter().copied().fold(0.0, f64::max);
    println!("{label}{peak:.2}");
}

/// Lets a block pass where the level is high enough, and gives a gap where it is not.
#[sgn::transform]
#[derive(Debug)]
pub struct Gate {
    /// The lowest level that passes.
    #[prop(default = 0.5, range = 0.0..=1.0)]
    threshold: f64,
    #[state]
    block: Option<Vec<f64>>,
    #[state]
    open: bool,
}

#[sgn::transform]
impl Gate {
    /// Whether the last level was high enough.
    pub fn is_open(&self) -> bool {
        self.open
    }

    fn pull_signal(&mut self, frame: Frame<Vec<f64>>) {
        self.block = frame.into_data();
    }

    fn pull_level(&mut self, frame: &Frame<f64>) {
        self.open = frame.data().is_some_and(|level| *level >= self.threshold);
    }

    fn new(&mut self) -> Frame<Vec<f64>> {
        let block = self.block.take().filter(|_| self.open);
        let is_gap = block.is_none();
        Frame::from_option(block).with_gap(is_gap)
    }
}

/// Adds blocks, sample by sample.
#[sgn::transform]
#[derive(Debug)]
pub struct Mix {
    #[state]
    sum: Vec<f64>,
}

#[sgn::transform(many_to_one)]
impl Mix {
    #[pads(dynamic)]
    fn pull(&mut self, pad: Pad<'_>, input: &Frame<Vec<f64>>) {
        if pad.index() == 0 {
            self.sum.clear();
        }
        for (place, sample) in input.data().into_iter().flatten().enumerate() {
            match self.sum.get_mut(place) {
                Some(sum) => *sum += sample,
                None => self.sum.push(*sample),
            }
        }
    }

    fn new(&mut self) -> Frame<Vec<f64>> {
        Frame::new(self.sum.clone())
    }
}
