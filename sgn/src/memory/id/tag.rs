//! The tag: eight bytes that tell where a block was born.
//!
//! From the lowest bit up: three bits of canary, the site (20 bits), nine more bits of canary, and 32
//! bits that are computed from the site. So the site is, after one `and`, the distance of its number
//! in a column; and a tag that was written over is hardly ever that of another site.
//! The site of a block that is not counted is zero, which is nobody's. A sampled block has the mean
//! distance of samples in the place of the computed bits: what it stands for depends on that.

use crate::memory::id::limits::MAX_SITES;
use crate::memory::id::sites::{self, SiteId};

/// Those bits of the low half of a counted block's tag that are not the site.
const COUNTED: u32 = 0xA500_0005;
/// Those bits of the low half of a sampled block's tag that are not the site.
const SAMPLED: u32 = 0x3C80_0003;
/// The tag of a block that is not counted: a small negative number, which fits into an instruction.
const NOT_COUNTED: u64 = 0xFFFF_FFFF_DA00_0002;
/// The bits of the site.
const SITE: u32 = ((MAX_SITES - 1) * size_of::<u64>()) as u32;

const _: () = assert!((COUNTED | SAMPLED | NOT_COUNTED as u32) & SITE == 0);

/// The tag of one block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(transparent)]
pub(in crate::memory) struct Tag(u64);

/// What a tag that was read back says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::memory) enum Decoded {
    /// The block was counted at this site, for the owner of this number.
    Counted(SiteId, u16),
    /// The block was sampled at this site, with this mean distance of samples.
    Sampled(SiteId, u32),
    /// The block was born while nothing was counted.
    NotCounted,
    /// The tag was overwritten.
    Corrupted,
}

impl Tag {
    /// The tag of a block that is not counted.
    pub(in crate::memory) const NOT_COUNTED: Self = Self(NOT_COUNTED);

    /// The tag of a block that is counted at `site`.
    pub(in crate::memory) const fn new(site: SiteId) -> Self {
        let low = COUNTED | site.distance();
        // A multiplication by the golden ratio spreads neighbours over all bits.
        let high = site.distance().wrapping_mul(0x9E37_79B9) ^ 0x5A5A_5A5A;
        Self((high as u64) << 32 | low as u64)
    }

    /// The tag of a block that is sampled at `site`.
    pub(in crate::memory) const fn sampled(site: SiteId, mean: u32) -> Self {
        let low = SAMPLED | site.distance();
        Self((mean as u64) << 32 | low as u64)
    }

    #[inline(always)]
    pub(in crate::memory) const fn from_bits(bits: u64) -> Self {
        Self(bits)
    }

    #[inline(always)]
    pub(in crate::memory) const fn bits(self) -> u64 {
        self.0
    }

    /// The site of a block that is counted; zero of one that is not; of a tag that was written over,
    /// any.
    #[inline(always)]
    pub(in crate::memory) const fn site(self) -> SiteId {
        SiteId::from_distance(self.0 as u32 & SITE)
    }

    /// Whether the tag says that its block is not counted.
    #[inline(always)]
    pub(in crate::memory) const fn is_not_counted(self) -> bool {
        self.0 == NOT_COUNTED
    }

    /// Checks the tag in full.
    pub(in crate::memory) fn decode(self) -> Decoded {
        if self.is_not_counted() {
            return Decoded::NotCounted;
        }
        let site = self.site();
        let mean = (self.0 >> 32) as u32;
        match sites::owner_of(site) {
            Some(owner) if self == Self::new(site) => Decoded::Counted(site, owner.get()),
            Some(_) if mean > 0 && self == Self::sampled(site, mean) => {
                Decoded::Sampled(site, mean)
            }
            _ => Decoded::Corrupted,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_damaged_byte_is_noticed() {
        let site = SiteId::from_index(MAX_SITES / 2 + 345).expect("a site");
        // Miri takes minutes for all of them.
        let step = if cfg!(miri) { 127 } else { 1 };
        for tag in [Tag::NOT_COUNTED, Tag::new(site)] {
            for shift in (0..u64::BITS).step_by(8) {
                for damage in (1..=u64::from(u8::MAX)).step_by(step) {
                    let damaged = Tag::from_bits(tag.bits() ^ (damage << shift));
                    assert!(!damaged.is_not_counted(), "{damaged:?}");
                    assert_ne!(Tag::new(damaged.site()), damaged, "{damaged:?}");
                    assert_eq!(damaged.decode(), Decoded::Corrupted, "{damaged:?}");
                }
            }
        }
        assert_eq!(Tag::NOT_COUNTED.decode(), Decoded::NotCounted);
        assert_eq!(Tag::from_bits(0).decode(), Decoded::Corrupted);
    }

    #[test]
    fn a_tag_gives_its_site_back() {
        for index in [1, 2, MAX_SITES / 2 + 345, MAX_SITES - 1] {
            let site = SiteId::from_index(index).expect("a site");
            assert_eq!(Tag::new(site).site(), site);
        }
        assert_eq!(Tag::NOT_COUNTED.site(), SiteId::NONE);
    }
}
