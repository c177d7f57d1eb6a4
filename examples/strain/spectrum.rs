//! The second transform: how loud a window is within a band of frequencies.

use std::fmt;
use std::sync::Arc;

use realfft::num_complex::Complex;
use realfft::{FftError, RealFftPlanner, RealToComplex};
use sgn::prelude::*;

use crate::read::{RATE, Samples};
use crate::window::taper;

/// How loud a window is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Loudness {
    /// Which sample of the file the window starts with.
    pub(crate) first: usize,
    /// The rms strain of the frequencies in the band, dimensionless.
    pub(crate) rms: f64,
}

/// Turns a window that was multiplied by [`taper`] into its [`Loudness`].
#[sgn::transform]
#[derive(Debug)]
pub(crate) struct Band {
    /// The lowest frequency that counts, in Hz.
    #[prop(default = 100.0, range = 0.0..=8192.0)]
    low: f64,
    /// The highest frequency that counts, in Hz.
    #[prop(default = 300.0, range = 0.0..=8192.0)]
    high: f64,
    #[state]
    spectrum: Option<Spectrum>,
    #[state]
    results: Vec<Option<Frame<Loudness>>>,
}

#[sgn::transform]
impl Band {
    fn on_build(&mut self, pads: &PadNames) -> Result<(), String> {
        self.results = vec![None; pads.sinks().len()];
        let (low, high) = (self.low, self.high);
        if low < high {
            Ok(())
        } else {
            Err(format!("the band from {low} Hz to {high} Hz is empty"))
        }
    }

    #[pads(dynamic)]
    fn pull(&mut self, pad: Pad<'_>, mut window: Frame<Samples>) -> Result<(), FftError> {
        let loudness = match window.data_mut() {
            Some(samples) => {
                let spectrum = Spectrum::fit(&mut self.spectrum, samples.values.len());
                let rms = spectrum.rms(&mut samples.values, self.low, self.high)?;
                let first = samples.first;
                Some(Loudness { first, rms })
            }
            None => None,
        };
        self.results[pad.index()] = Some(window.replace(loudness));
        Ok(())
    }

    #[pads(dynamic)]
    fn new(&mut self, pad: Pad<'_>) -> Option<Frame<Loudness>> {
        self.results[pad.index()].take()
    }
}

/// A Fourier transform with the memory it works in, for windows of one length.
struct Spectrum {
    transform: Arc<dyn RealToComplex<f64>>,
    bins: Vec<Complex<f64>>,
    scratch: Vec<Complex<f64>>,
    /// The sum of the squares of the weights `w_j` of [`taper`].
    weight: f64,
}

impl Spectrum {
    fn new(length: usize) -> Self {
        let transform = RealFftPlanner::new().plan_fft_forward(length);
        Self {
            bins: transform.make_output_vec(),
            scratch: transform.make_scratch_vec(),
            weight: taper(length).iter().map(|weight| weight * weight).sum(),
            transform,
        }
    }

    /// What is in `place`, made anew if it is for windows of another length.
    fn fit(place: &mut Option<Self>, length: usize) -> &mut Self {
        let kept = place
            .take()
            .filter(|spectrum| spectrum.transform.len() == length);
        place.insert(kept.unwrap_or_else(|| Self::new(length)))
    }

    /// The rms of the frequencies from `low` to `high`, in Hz; `window` is used up.
    ///
    /// `rms² = Σ c_k |X_k|² / (N Σ w_j²)` over the bins `k` of the band, with `c_k = 2`, and 1 for the bins 0 and
    /// N/2, which stand for one frequency each: the one-sided power spectral density of G. Heinzel, A. Rüdiger,
    /// R. Schilling (2002), *Spectrum and spectral density estimation by the DFT*, times the width of a
    /// bin. Over all bins it is the mean square of the window, divided by that of its weights (Parseval).
    fn rms(&mut self, window: &mut [f64], low: f64, high: f64) -> Result<f64, FftError> {
        self.transform
            .process_with_scratch(window, &mut self.bins, &mut self.scratch)?;
        let length = window.len();
        let in_band = self.bins.iter().enumerate().filter(|(bin, _)| {
            let frequency = (bin * RATE) as f64 / length as f64;
            (low..=high).contains(&frequency)
        });
        let power: f64 = in_band
            .map(|(bin, value)| {
                let sides = if bin == 0 || 2 * bin == length {
                    1.0
                } else {
                    2.0
                };
                sides * value.norm_sqr()
            })
            .sum();
        Ok((power / (length as f64 * self.weight)).sqrt())
    }
}

impl fmt::Debug for Spectrum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Spectrum")
            .field("length", &self.transform.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::f64::consts::{SQRT_2, TAU};

    use super::*;

    const LENGTH: usize = 2048;
    /// The distance of two bins, in Hz.
    const BIN: f64 = RATE as f64 / LENGTH as f64;

    fn sine(frequency: f64) -> Vec<f64> {
        let phase = |index: usize| TAU * frequency * index as f64 / RATE as f64;
        let weights = taper(LENGTH);
        (0..LENGTH)
            .map(|index| 3e-21 * phase(index).sin() * weights[index])
            .collect()
    }

    fn rms(mut window: Vec<f64>, low: f64, high: f64) -> f64 {
        let mut place = None;
        let spectrum = Spectrum::fit(&mut place, window.len());
        spectrum
            .rms(&mut window, low, high)
            .expect("buffers of the right length")
    }

    #[test]
    fn all_bins_have_the_power_of_the_window() {
        let mut state = 1_u32;
        let noise = taper(LENGTH).into_iter().map(|weight| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            weight * (f64::from(state) / f64::from(u32::MAX) - 0.5)
        });
        let noise: Vec<f64> = noise.collect();
        let squares = |values: &[f64]| values.iter().map(|value| value * value).sum::<f64>();
        let expected = (squares(&noise) / squares(&taper(LENGTH))).sqrt();
        let found = rms(noise, 0.0, 8192.0);
        assert!((found / expected - 1.0).abs() < 1e-12, "{found} {expected}");
    }

    #[test]
    fn the_power_of_a_sine_lands_in_its_bin_and_two_on_either_side() {
        let center = 25.0 * BIN;
        let expected = 3e-21 / SQRT_2;
        let around = rms(sine(center), center - 2.0 * BIN, center + 2.0 * BIN);
        assert!((around / expected - 1.0).abs() < 1e-9, "{around}");
        let above = rms(sine(center), center + 3.0 * BIN, 8192.0);
        assert!(above < 1e-9 * expected, "{above}");
        // sin⁴ is 3/8 with sidebands of 1/4 and 1/16, so the bin itself has 18/35 of the power.
        let alone = rms(sine(center), center, center);
        assert!(
            (alone / expected - (18.0_f64 / 35.0).sqrt()).abs() < 1e-9,
            "{alone}"
        );
    }

    #[test]
    fn a_window_of_another_length_is_another_transform() {
        let mut place = None;
        assert_eq!(Spectrum::fit(&mut place, 64).bins.len(), 33);
        let kept = Arc::clone(&Spectrum::fit(&mut place, 64).transform);
        assert!(Arc::ptr_eq(&kept, &Spectrum::fit(&mut place, 64).transform));
        assert_eq!(Spectrum::fit(&mut place, 128).bins.len(), 65);
    }
}
