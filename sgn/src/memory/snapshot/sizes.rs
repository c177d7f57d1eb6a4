//! How large the live blocks are, as far as the counters tell.

use crate::memory::id::anomalies::Blocks;

/// The live blocks by the mean size of those of their line.
///
/// The counters know how many blocks a line has and how many bytes these have together, so all
/// blocks of a line stand at their mean. Where a line makes blocks of one size that is the size
/// itself; to know more, each allocation would have to pay for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sizes {
    classes: [Blocks; CLASSES],
}

/// The size at which the first class ends.
pub(super) const SMALLEST: u64 = 64;

/// The sizes, in bytes, at which the classes end: each is four times the one before.
const BOUNDS: [u64; 8] = [
    SMALLEST,
    256,
    1 << 10,
    4 << 10,
    16 << 10,
    64 << 10,
    256 << 10,
    1 << 20,
];

const CLASSES: usize = BOUNDS.len() + 1;

/// How many bits the exponent of an `f64` stands above.
const FRACTION_BITS: u32 = f64::MANTISSA_DIGITS - 1;

/// How many sums there are, so that one is not still busy when the next line comes.
const TURNS: usize = 8;

/// Room for the classes of a sum: a power of two, to which any number is brought by its low bits.
const ROOM: usize = CLASSES.next_power_of_two();

/// Adds up sizes, in turn in several sums.
#[derive(Default)]
pub(super) struct SizesSum {
    turns: [[Blocks; ROOM]; TURNS],
}

impl SizesSum {
    /// Adds lines that have `live` together, if each has less than [`SMALLEST`] bytes.
    ///
    /// So it is of lines that free all that they allocate, which most are.
    pub(super) fn add_small(&mut self, live: Blocks) {
        let here = &mut self.turns[0][0];
        here.bytes += live.bytes;
        here.blocks += live.blocks;
    }

    /// Adds lines by their live bytes and their live blocks.
    pub(super) fn add<const LINES: usize>(
        &mut self,
        live_bytes: &[u64; LINES],
        live_blocks: &[u64; LINES],
    ) {
        // Apart from the sums, as this the compiler does for several lines at once.
        let mut classes = [0; LINES];
        for (class, (bytes, blocks)) in classes.iter_mut().zip(live_bytes.iter().zip(live_blocks)) {
            *class = class_of(*bytes, *blocks);
        }
        let (classes, _) = classes.as_chunks::<TURNS>();
        let (bytes, _) = live_bytes.as_chunks::<TURNS>();
        let (blocks, _) = live_blocks.as_chunks::<TURNS>();
        const { assert!(LINES.is_multiple_of(TURNS)) };
        for (classes, (bytes, blocks)) in classes.iter().zip(bytes.iter().zip(blocks)) {
            for turn in 0..TURNS {
                let here = &mut self.turns[turn][usize::from(classes[turn]) % ROOM];
                here.bytes += bytes[turn];
                here.blocks += blocks[turn];
            }
        }
    }

    pub(super) fn sum(self) -> Sizes {
        let mut sum = Sizes::default();
        for classes in self.turns {
            for (class, found) in sum.classes.iter_mut().zip(classes) {
                class.bytes += found.bytes;
                class.blocks += found.blocks;
            }
        }
        sum
    }
}

/// The class of a line that has live blocks. For one without it does not matter: it adds nothing.
#[inline]
fn class_of(bytes: u64, blocks: u64) -> u8 {
    // The logarithm of the mean, rounded down, without a division: in the bits of a floating-point number the
    // exponent stands above the fraction, so their difference borrows when the fraction is the smaller one.
    let power = (bits(bytes) - bits(blocks)) >> FRACTION_BITS;
    let class = (power as i16 >> 1) - 2;
    class.clamp(0, BOUNDS.len() as i16) as u8
}

/// The bits of a number as an `f64`.
fn bits(number: u64) -> i64 {
    (number as f64).to_bits().cast_signed()
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
            let only = |number| {
                std::array::from_fn::<_, TURNS, _>(|turn| if turn == 0 { number } else { 0 })
            };
            let mut sum = SizesSum::default();
            sum.add(&only(bytes), &only(blocks));
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
