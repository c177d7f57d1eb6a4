//! How large the live blocks are, as far as the counters tell.

use super::corrupted::Blocks;
use super::usage::Usage;

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

/// The exponent bits of 1.0.
const ONE: usize = 1023;

/// Adds up sizes: in turn in several sums, as one would be busy when the next line comes.
#[derive(Default)]
pub(super) struct SizesSum {
    turns: [Sizes; 4],
    turn: usize,
}

impl SizesSum {
    /// Adds the live blocks of a line; it has one at least.
    #[inline]
    pub(super) fn add(&mut self, line: &Usage) {
        // The exponent of a floating-point number is its logarithm, and faster than that of an integer.
        let mean = line.live_bytes.cast_signed() as f64 / line.live_blocks.cast_signed() as f64;
        let power = ((mean.to_bits() >> 52) as usize).saturating_sub(ONE);
        let class = (power / 2).saturating_sub(2).min(BOUNDS.len());
        self.turn = (self.turn + 1) % self.turns.len();
        let here = &mut self.turns[self.turn].classes[class];
        here.bytes += line.live_bytes;
        here.blocks += line.live_blocks;
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
            sum.add(&Usage {
                live_bytes: bytes,
                live_blocks: blocks,
                ..Usage::default()
            });
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
