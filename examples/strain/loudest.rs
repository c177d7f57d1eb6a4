//! The second sink: remembers how loud each window was.

use sgn::prelude::*;

use crate::spectrum::Loudness;

/// Keeps the loudness of all windows, for each pad.
#[sgn::sink]
#[derive(Debug)]
pub(crate) struct Loudest {
    #[state]
    windows: Vec<Vec<Loudness>>,
}

#[sgn::sink(eos = all)]
impl Loudest {
    fn on_build(&mut self, pads: &PadNames) {
        self.windows = vec![Vec::new(); pads.sinks().len()];
    }

    #[pads(dynamic)]
    fn pull(&mut self, pad: Pad<'_>, loudness: &Frame<Loudness>) {
        self.windows[pad.index()].extend(loudness.data().copied());
    }

    /// The windows of each pad, in the order of the pads.
    pub(crate) fn windows(&self) -> &[Vec<Loudness>] {
        &self.windows
    }
}

/// The loudest window; the earliest of several.
pub(crate) fn loudest(windows: &[Loudness]) -> Option<Loudness> {
    let louder = |left: Loudness, right: Loudness| if right.rms > left.rms { right } else { left };
    windows.iter().copied().reduce(louder)
}

/// The rms that half of the windows exceed; the mean of the middle two if their number is even.
pub(crate) fn median(windows: &[Loudness]) -> Option<f64> {
    let mut all: Vec<f64> = windows.iter().map(|window| window.rms).collect();
    all.sort_unstable_by(f64::total_cmp);
    let middle = all.len() / 2;
    match all.get(middle)? {
        upper if all.len().is_multiple_of(2) => Some(f64::midpoint(all[middle - 1], *upper)),
        middle => Some(*middle),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn windows(rms: &[f64]) -> Vec<Loudness> {
        let window = |(first, rms): (usize, &f64)| Loudness { first, rms: *rms };
        rms.iter().enumerate().map(window).collect()
    }

    #[test]
    fn the_loudest_is_the_earliest_of_the_largest() {
        let found = loudest(&windows(&[1.0, 3.0, 2.0, 3.0]));
        assert_eq!(found, Some(Loudness { first: 1, rms: 3.0 }));
        assert_eq!(loudest(&[]), None);
    }

    #[test]
    fn the_median_has_as_many_above_as_below() {
        assert_eq!(median(&[]), None);
        assert_eq!(median(&windows(&[5.0])), Some(5.0));
        assert_eq!(median(&windows(&[5.0, 1.0, 9.0])), Some(5.0));
        assert_eq!(median(&windows(&[5.0, 1.0, 9.0, 6.0])), Some(5.5));
    }
}
