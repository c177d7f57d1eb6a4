//! A catalogue of elements that can be asked and run from the command line.
//!
//! ```text
//! cargo run --example catalogue -- inspect
//! cargo run --example catalogue -- inspect counter
//! cargo run --example catalogue -- launch "counter max_frames=3 ! print"
//! cargo run --example catalogue -- launch "counter name=src ! scale by=0.5 ! print label=half  src. ! print"
//! ```

use std::process::ExitCode;

use sgn::prelude::*;

/// Counts up from 1, one number a stride, and ends after `max_frames`.
#[sgn::source]
struct Counter {
    /// How many numbers to give.
    #[prop(default = 10, range = 1..=1_000_000)]
    max_frames: u32,
    #[state]
    count: u32,
}

#[sgn::source]
impl Counter {
    fn new(&mut self) -> Frame<f64> {
        self.count += 1;
        Frame::new(f64::from(self.count)).with_eos(self.count >= self.max_frames)
    }
}

/// Multiplies each number by a factor.
#[sgn::transform]
fn scale(x: f64, #[prop(default = 1.0)] by: f64) -> f64 {
    x * by
}

/// Adds two streams, number by number.
#[sgn::transform]
fn add(left: f64, right: f64) -> f64 {
    left + right
}

/// Deals numbers out to its pads, in turn: those pads that are not served get a gap.
#[sgn::transform]
struct Deal {
    #[state]
    turn: usize,
    #[state]
    pads: usize,
    #[state]
    card: Option<f64>,
}

#[sgn::transform]
impl Deal {
    fn on_build(&mut self, pads: &PadNames) {
        self.pads = pads.sources().len();
    }

    fn pull(&mut self, x: Frame<f64>) {
        self.card = x.into_data();
    }

    #[pads(dynamic)]
    fn new(&mut self, pad: Pad<'_>) -> Frame<f64> {
        let served = pad.index() == self.turn;
        if pad.index() + 1 == self.pads {
            self.turn = (self.turn + 1) % self.pads;
        }
        match self.card {
            Some(card) if served => Frame::new(card),
            _ => Frame::gap(),
        }
    }
}

/// Prints each number on a line, after a label if there is one.
#[sgn::sink]
fn print(x: &f64, #[prop(default)] label: &String) {
    if label.is_empty() {
        println!("{x}");
    } else {
        println!("{label}: {x}");
    }
}

/// Fails at a number: to see what an error looks like.
#[sgn::sink]
fn refuse(x: &f64, #[prop] number: f64) -> Result<(), String> {
    if (*x - number).abs() < f64::EPSILON {
        return Err(format!("{x} is refused"));
    }
    Ok(())
}

fn main() -> ExitCode {
    sgn::cli::run()
}
