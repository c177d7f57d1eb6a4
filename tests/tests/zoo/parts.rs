//! Elements that many cases share; all of them are healthy.

use sgn::prelude::*;

/// Gives 1, 2, 3 and so on.
#[sgn::source]
pub(crate) fn ticks(#[state] tick: &mut u64) -> u64 {
    *tick += 1;
    *tick
}

/// Gives blocks of samples.
#[sgn::source]
pub(crate) struct Blocks {
    #[prop(default = 32)]
    samples: usize,
    #[state]
    block: u32,
}

#[sgn::source]
impl Blocks {
    fn new(&mut self) -> Frame<Vec<f64>> {
        self.block += 1;
        let phase = f64::from(self.block);
        let samples = (0..self.samples)
            .map(|sample| (phase + sample as f64).sin())
            .collect();
        Frame::new(samples)
    }
}

/// Multiplies in place.
#[sgn::transform]
pub(crate) fn gain(mut block: Vec<f64>, #[prop(default = 2.0)] factor: &f64) -> Vec<f64> {
    block.iter_mut().for_each(|sample| *sample *= factor);
    block
}

/// Subtracts the mean, in a copy.
#[sgn::transform]
pub(crate) fn centre(block: &Vec<f64>) -> Vec<f64> {
    let mean = block.iter().sum::<f64>() / block.len().max(1) as f64;
    block.iter().map(|sample| sample - mean).collect()
}

/// The root mean square.
#[sgn::transform]
pub(crate) fn rms(block: &Vec<f64>) -> f64 {
    let power: f64 = block.iter().map(|sample| sample * sample).sum();
    (power / block.len().max(1) as f64).sqrt()
}

/// Remembers the greatest value.
#[sgn::sink]
pub(crate) fn greatest(value: &f64, #[state] greatest: &mut f64) {
    *greatest = greatest.max(*value);
}

/// A value that a sensor has measured.
#[derive(Clone, Debug)]
pub(crate) struct Reading {
    pub(crate) sensor: u32,
    pub(crate) text: String,
}

/// Gives the readings of some sensors in turn, as texts of 32 bytes.
#[sgn::source]
pub(crate) fn sensors(#[prop(default = 8)] sensors: &u64, #[state] reading: &mut u64) -> Reading {
    *reading += 1;
    let sensor = *reading % *sensors;
    let text = format!("sensor={sensor:06} reading={reading:08}..");
    Reading {
        sensor: sensor as u32,
        text,
    }
}

/// Finds the number at the end of a reading.
#[sgn::transform]
pub(crate) fn parse(reading: &Reading) -> Result<u64, std::num::ParseIntError> {
    let (_, number) = reading.text.rsplit_once('=').unwrap_or_default();
    number.trim_end_matches('.').parse()
}

/// Lets every n-th number through.
#[sgn::transform]
pub(crate) fn thin(number: u64, #[prop(default = 10)] keep: &u64) -> Option<u64> {
    number.is_multiple_of(*keep).then_some(number)
}

/// Sums numbers up.
#[sgn::sink]
pub(crate) fn sum(number: &u64, #[state] sum: &mut u64) {
    *sum = sum.wrapping_add(*number);
}

/// Counts whatever it is given.
#[sgn::sink]
pub(crate) struct Count<T: Send + 'static> {
    #[state]
    frames: u64,
    #[state]
    of: std::marker::PhantomData<T>,
}

#[sgn::sink]
impl<T: Send + 'static> Count<T> {
    fn pull(&mut self, frame: &Frame<T>) {
        self.frames += u64::from(!frame.is_gap());
    }
}
