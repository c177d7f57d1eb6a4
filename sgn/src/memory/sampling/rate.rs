//! The sampling interval, and the weight of a sample.
//!
//! A Poisson process places sampling points on the sequence of allocated bytes, one in every `mean` bytes on average; a
//! block is sampled if it contains a point. That happens with the probability *p* = 1 − exp(−size / mean), so a sampled
//! block stands for 1 / *p* blocks of its size, and the sum over samples is right on average, whatever the sizes are
//! (Horvitz and Thompson, 1952). The variance of such a sum is estimated, without bias too, by the sum of (1 − *p*) /
//! *p*² × size².

use std::fmt;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};

/// The parameters of sampling: the sampling interval, which is the mean number of bytes between two points, and the
/// seed.
///
/// ```
/// use sgn::memory::Sampling;
///
/// assert_eq!(Sampling::default().mean_bytes(), 512 * 1024);
/// assert_eq!("64KiB".parse(), Ok(Sampling::every(64 * 1024)));
/// assert_eq!(Sampling::every(64 * 1024).to_string(), "one point in 64.0 KiB");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sampling {
    mean: NonZeroU32,
    seed: u64,
}

impl Default for Sampling {
    /// Returns an interval of 512 KiB.
    fn default() -> Self {
        Self::every(512 * 1024)
    }
}

impl Sampling {
    /// Samples with an interval of `mean_bytes`; zero is taken as one, with which nearly every block is sampled.
    ///
    /// The standard error of an estimate of *x* bytes in small blocks is about √(*x* × `mean_bytes`): for 100 MiB and
    /// the default interval, 7 MiB.
    #[must_use]
    pub const fn every(mean_bytes: u32) -> Self {
        let mean = match NonZeroU32::new(mean_bytes) {
            Some(mean) => mean,
            None => NonZeroU32::MIN,
        };
        Self { mean, seed: 0 }
    }

    /// Selects another random sequence of points than that of seed zero.
    ///
    /// With the same seed, another run samples the same blocks of a thread, provided that the thread allocates the same
    /// blocks and that as many threads were started before it.
    #[must_use]
    pub const fn seed(self, seed: u64) -> Self {
        Self { seed, ..self }
    }

    /// Returns the sampling interval: the mean number of bytes between two points.
    #[must_use]
    pub const fn mean_bytes(self) -> u32 {
        self.mean.get()
    }

    pub(in crate::memory) const fn seed_number(self) -> u64 {
        self.seed
    }

    /// Returns the first state of a thread's random numbers; `thread` is the index of its table.
    pub(in crate::memory) fn first_state(self, thread: u32) -> u64 {
        mix(self.seed ^ mix(u64::from(thread).wrapping_add(1)))
    }

    /// Parses a number with a unit, `B`, `KiB`, `MiB` or `GiB`; a number alone is bytes.
    pub(in crate::memory) fn parse(text: &[u8]) -> Option<Self> {
        let text = text.trim_ascii();
        let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (number, unit) = text.split_at(digits);
        let unit: u32 = match unit.trim_ascii() {
            b"" | b"B" => 1,
            b"KiB" => 1 << 10,
            b"MiB" => 1 << 20,
            b"GiB" => 1 << 30,
            _ => return None,
        };
        let number = std::str::from_utf8(number).ok()?.parse::<u32>().ok()?;
        let mean = NonZeroU32::new(number.checked_mul(unit)?)?;
        Some(Self { mean, seed: 0 })
    }
}

impl fmt::Display for Sampling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "one point in {:.1} KiB",
            f64::from(self.mean.get()) / 1024.0
        )
    }
}

/// The error for a text that is not a [`Sampling`].
///
/// ```
/// use sgn::memory::{ParseSamplingError, Sampling};
///
/// let sampling: Result<Sampling, ParseSamplingError> = "much".parse();
/// assert!(sampling.is_err());
/// assert_eq!(Sampling::every(1024).seed(7).mean_bytes(), 1024);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseSamplingError(());

impl fmt::Display for ParseSamplingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a sampling interval must be a number of bytes from 1 to below 4 GiB, such as `4096`, `512KiB` or `1MiB`")
    }
}

impl std::error::Error for ParseSamplingError {}

impl std::str::FromStr for Sampling {
    type Err = ParseSamplingError;

    /// Parses a number of bytes, or a number and `KiB`, `MiB` or `GiB`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text.as_bytes()).ok_or(ParseSamplingError(()))
    }
}

static MEAN: AtomicU32 = AtomicU32::new(1);
static SEED: AtomicU64 = AtomicU64::new(0);

/// Sets the sampling for all threads.
pub(in crate::memory) fn set_sampling(sampling: Sampling) {
    MEAN.store(sampling.mean.get(), Relaxed);
    SEED.store(sampling.seed, Relaxed);
}

/// Returns the sampling that was set last.
pub(in crate::memory) fn sampling() -> Sampling {
    Sampling::every(MEAN.load(Relaxed)).seed(SEED.load(Relaxed))
}

/// Returns the next random number, and advances `state`, which only one thread uses.
///
/// The generator is `SplitMix64` (Steele, Lea, Flood, 2014).
pub(in crate::memory) fn next(state: &AtomicU64) -> u64 {
    let now = state.load(Relaxed).wrapping_add(0x9E37_79B9_7F4A_7C15);
    state.store(now, Relaxed);
    mix(now)
}

pub(super) fn mix(mut number: u64) -> u64 {
    number = (number ^ (number >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    number = (number ^ (number >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    number ^ (number >> 31)
}

/// Converts a random number to a fraction above 0 and up to 1.
pub(super) fn uniform(random: u64) -> f64 {
    ((random >> 11) + 1) as f64 / (1_u64 << 53) as f64
}

/// Returns the number of bytes to the next sampling point.
pub(in crate::memory) fn bytes_to_next_point(random: u64, mean: u32) -> i64 {
    // Rounded down to whole bytes: a block contains the point if it is larger than the result.
    (-uniform(random).ln() * f64::from(mean)) as i64
}

/// Decides whether a thread without a shard, and so without a countdown, samples a block, and returns the sampling
/// interval if so.
pub(in crate::memory) fn sample_without_countdown(size: usize) -> Option<u32> {
    static TURN: AtomicU64 = AtomicU64::new(0);
    let sampling = sampling();
    let turn = TURN.fetch_add(0x9E37_79B9_7F4A_7C15, Relaxed);
    let mean = sampling.mean_bytes();
    (bytes_to_next_point(mix(turn ^ sampling.seed), mean) < size as i64).then_some(mean)
}

/// The blocks and bytes that a sampled block stands for.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(in crate::memory) struct Weight {
    pub(in crate::memory) bytes: f64,
    pub(in crate::memory) blocks: f64,
    /// The contribution to the variance of the bytes.
    pub(in crate::memory) variance: f64,
}

impl Weight {
    pub(in crate::memory) fn add(&mut self, other: Self) {
        self.bytes += other.bytes;
        self.blocks += other.blocks;
        self.variance += other.variance;
    }
}

/// Returns what a sampled block of `size` bytes stands for.
pub(super) fn weight(size: usize, mean: u32) -> Weight {
    let size = size as f64;
    let points = size / f64::from(mean);
    let probability = -(-points).exp_m1();
    let bytes = size / probability;
    Weight {
        bytes,
        blocks: 1.0 / probability,
        // Not as 1 − *p*, which would lose nearly all digits where *p* is near 1.
        variance: (-points).exp() * bytes * bytes,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_distance_is_a_number_and_a_unit() {
        let mean = |text: &str| Sampling::parse(text.as_bytes()).map(Sampling::mean_bytes);
        assert_eq!(mean("1"), Some(1));
        assert_eq!(mean(" 512KiB "), Some(512 << 10));
        assert_eq!(mean("4 MiB"), Some(4 << 20));
        assert_eq!(mean("3GiB"), Some(3 << 30));
        for nonsense in [
            "",
            "0",
            "KiB",
            "-1",
            "1.5MiB",
            "4GiB",
            "512k",
            "99999999999",
            "1 KiB 2",
        ] {
            assert_eq!(mean(nonsense), None, "{nonsense:?}");
        }
    }

    #[test]
    fn distances_are_exponential() {
        let state = AtomicU64::new(1);
        let (mean, many) = (1000, if cfg!(miri) { 1000 } else { 100_000 });
        let distances: Vec<i64> = (0..many)
            .map(|_| bytes_to_next_point(next(&state), mean))
            .collect();
        let many = f64::from(many);
        let average = distances.iter().sum::<i64>() as f64 / many;
        // The standard error of a mean of one is the mean; half a byte is lost by rounding.
        let error = 1000.0 / many.sqrt();
        assert!((average + 0.5 - 1000.0).abs() < 4.0 * error, "{average}");
        let above = distances
            .iter()
            .filter(|distance| **distance >= 1000)
            .count();
        // The share of 1/e.
        let (share, error) = (0.36788, 0.48224 / many.sqrt());
        assert!((above as f64 / many - share).abs() < 4.0 * error, "{above}");
    }

    #[test]
    fn a_large_block_stands_for_itself() {
        let large = weight(100 << 20, 512 << 10);
        assert!(
            (large.blocks - 1.0).abs() < 1e-9 && large.variance < 1.0,
            "{large:?}"
        );
        let small = weight(8, 512 << 10);
        assert!(
            (small.bytes - f64::from(512 << 10)).abs() < 5.0,
            "{small:?}"
        );
        assert!((small.blocks * 8.0 - small.bytes).abs() < 1e-6);
    }
}
