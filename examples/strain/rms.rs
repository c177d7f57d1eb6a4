//! The first sink: how strong the whole second is, at all frequencies.

use sgn::prelude::*;

use crate::read::Samples;

/// The root mean square of all samples about their mean, for each pad.
#[sgn::sink]
#[derive(Debug)]
pub(crate) struct Rms {
    #[state]
    spreads: Vec<(String, Spread)>,
}

#[sgn::sink(eos = all)]
impl Rms {
    fn on_build(&mut self, pads: &PadNames) {
        let pads = pads.sinks().iter();
        self.spreads = pads.map(|pad| (pad.clone(), Spread::default())).collect();
    }

    #[pads(dynamic)]
    fn pull(&mut self, pad: Pad<'_>, samples: &Frame<Samples>) {
        let (_, spread) = &mut self.spreads[pad.index()];
        for value in samples.data().into_iter().flat_map(|block| &block.values) {
            spread.add(*value);
        }
    }

    /// The detectors with their rms strain, in the order of the pads.
    pub(crate) fn detectors(&self) -> impl Iterator<Item = (&str, f64)> {
        self.spreads
            .iter()
            .map(|(name, spread)| (name.as_str(), spread.rms()))
    }
}

/// Mean and squared deviations in one pass.
///
/// B. P. Welford, Technometrics 4 (1962) 419; subtracting two large sums would lose the small difference.
#[derive(Clone, Copy, Debug, Default)]
struct Spread {
    count: u64,
    mean: f64,
    squares: f64,
}

impl Spread {
    fn add(&mut self, value: f64) {
        self.count += 1;
        let before = value - self.mean;
        self.mean += before / self.count as f64;
        self.squares += before * (value - self.mean);
    }

    fn rms(&self) -> f64 {
        (self.squares / self.count.max(1) as f64).sqrt()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offset_does_not_count() {
        let mut spread = Spread::default();
        assert_eq!(spread.rms(), 0.0);
        for value in [3.0, -3.0, 3.0, -3.0] {
            spread.add(1e9 + value);
        }
        assert!((spread.rms() - 3.0).abs() < 1e-6, "{}", spread.rms());
    }
}
