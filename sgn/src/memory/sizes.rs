//! How large the live blocks are, as far as the counters tell.

use super::corrupted::Blocks;

/// The live blocks by the mean size of those of their line.
///
/// The counters know how many blocks a line has and how many bytes these have together, so all
/// blocks of a line stand at their mean. Where a line makes blocks of one size that is the size
/// itself; to know more, each allocation would have to pay for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sizes {
    classes: [Blocks; BOUNDS.len() + 1],
}

/// The sizes, in bytes, at which the classes end: each is four times the one before.
const BOUNDS: [u64; 8] = [
    64,
    256,
    1 << 10,
    4 << 10,
    16 << 10,
    64 << 10,
    256 << 10,
    1 << 20,
];

/// How many bits the exponent of an `f64` stands above.
const FRACTION_BITS: u32 = f64::MANTISSA_DIGITS - 1;

/// Adds up sizes: in turn in several sums, as one would be busy when the next line comes.
#[derive(Default)]
pub(super) struct SizesSum {
    turns: [Sizes; 4],
    turn: usize,
}

impl SizesSum {
    /// Adds the lines that have these bytes and blocks.
    pub(super) fn add(&mut self, live_bytes: &[u64], live_blocks: &[u64]) {
        for (bytes, blocks) in live_bytes.iter().zip(live_blocks) {
            if *blocks > 0 {
                self.add_line(*bytes, *blocks);
            }
        }
    }

    #[inline]
    fn add_line(&mut self, bytes: u64, blocks: u64) {
        // The logarithm of the mean, rounded down, without a division: in the bits of a floating-point number the
        // exponent stands above the fraction, so their difference borrows when the fraction is the smaller one.
        let bits = |number: u64| (number.cast_signed() as f64).to_bits().cast_signed();
        let power = (bits(bytes) - bits(blocks)) >> FRACTION_BITS;
        let power = usize::try_from(power).unwrap_or(0);
        let class = (power / 2).saturating_sub(2).min(BOUNDS.len());
        self.turn = (self.turn + 1) % self.turns.len();
        let here = &mut self.turns[self.turn].classes[class];
        here.bytes += bytes;
        here.blocks += blocks;
    }

    pub(super) fn sum(self) -> Sizes {
        let mut sum = Sizes::default();
        for turn in self.turns {
            for (class, found) in sum.classes.iter_mut().zip(turn.classes) {
                class.bytes += found.bytes;
                class.blocks += found.blocks;
            }
        }
        sum
    }
}

impl Sizes {
    /// The classes, smallest first: below how many bytes the mean is, if there is a bound, and what is there.
    pub fn iter(&self) -> impl Iterator<Item = (Option<u64>, Blocks)> + '_ {
        let bounds = BOUNDS.into_iter().map(Some).chain([None]);
        bounds.zip(self.classes.iter().copied())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_in_the_class_of_its_mean() {
        let class = |bytes, blocks| {
            let mut sum = SizesSum::default();
            sum.add(&[bytes], &[blocks]);
            let sizes = sum.sum();
            let mut used = sizes.iter().filter(|(_, found)| found.blocks > 0);
            let (bound, found) = used.next().expect("a class");
            assert_eq!((found.bytes, found.blocks), (bytes, blocks));
            assert!(used.next().is_none());
            bound
        };
        for blocks in [1, 2, 3, 5, 7, 100, 1023, 1024, 1025] {
            assert_eq!(class(0, blocks), Some(64));
            for bound in BOUNDS {
                assert_eq!(class(bound * blocks - 1, blocks), Some(bound));
                let next = BOUNDS.into_iter().find(|other| *other > bound);
                assert_eq!(class(bound * blocks, blocks), next);
            }
        }
        let most = i64::MAX.unsigned_abs();
        assert_eq!(class(most, 1), None);
        assert_eq!(class(most, most), Some(64));
    }
}
