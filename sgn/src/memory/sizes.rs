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

impl Sizes {
    /// Adds the live blocks of a line; it has one at least.
    #[inline]
    pub(super) fn add(&mut self, line: &Usage) {
        // The mean, rounded down to a power of two, without a division.
        let power = (line.live_bytes | 1)
            .ilog2()
            .saturating_sub(line.live_blocks.ilog2());
        let least = line.live_blocks << power;
        let power = if least > line.live_bytes {
            power.saturating_sub(1)
        } else {
            power
        };
        let class = (power as usize / 2).saturating_sub(2).min(BOUNDS.len());
        self.classes[class].bytes += line.live_bytes;
        self.classes[class].blocks += line.live_blocks;
    }

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
            let mut sizes = Sizes::default();
            sizes.add(&Usage {
                live_bytes: bytes,
                live_blocks: blocks,
                ..Usage::default()
            });
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
        assert_eq!(class(u64::MAX, 1), None);
        assert_eq!(class(u64::MAX, u64::MAX), Some(64));
    }
}
