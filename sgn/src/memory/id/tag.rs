//! The tag: eight bytes that store the site at which a block was allocated.
//!
//! From the lowest bit up: three canary bits (constants, which reveal that a tag was overwritten), the site (20 bits),
//! nine more canary bits, and a 32-bit hash of the site. So one `and` yields the byte offset of the site in a
//! [`PerSite`](sites::PerSite) table, and an overwritten tag is hardly ever a valid one.
//!
//! The site of a block that is not counted is zero, which belongs to no pair. A sampled block stores the sampling
//! interval in place of the hash, as the interval decides how many bytes the block stands for.

use crate::memory::id::limits::MAX_SITES;
use crate::memory::id::sites::{self, SiteId};

/// The bits in the low half of a counted block's tag that are not the site.
const COUNTED: u32 = 0xA500_0005;
/// The bits in the low half of a sampled block's tag that are not the site.
const SAMPLED: u32 = 0x3C80_0003;
/// The tag of a block that is not counted. As an `i64` it fits into 32 bits with its sign, so an instruction can hold
/// it as an immediate.
const NOT_COUNTED: u64 = 0xFFFF_FFFF_DA00_0002;
/// The bits of the site.
const SITE: u32 = ((MAX_SITES - 1) * size_of::<u64>()) as u32;

const _: () = assert!((COUNTED | SAMPLED | NOT_COUNTED as u32) & SITE == 0);

/// The tag of one block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(transparent)]
pub(in crate::memory) struct Tag(u64);

/// The meaning of a tag that was read back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::memory) enum Decoded {
    /// The block was counted at this site, for the owner with this number.
    Counted(SiteId, u16),
    /// The block was sampled at this site, with this sampling interval in bytes.
    Sampled(SiteId, u32),
    /// The block was allocated while counting was off.
    NotCounted,
    /// The tag was overwritten.
    Corrupted,
}

impl Tag {
    /// The tag of a block that is not counted.
    pub(in crate::memory) const NOT_COUNTED: Self = Self(NOT_COUNTED);

    /// Returns the tag of a block that is counted at `site`.
    pub(in crate::memory) const fn new(site: SiteId) -> Self {
        let low = COUNTED | site.offset();
        // A multiplication by the golden ratio spreads neighbours over all bits.
        let high = site.offset().wrapping_mul(0x9E37_79B9) ^ 0x5A5A_5A5A;
        Self((high as u64) << 32 | low as u64)
    }

    /// Returns the tag of a block that is sampled at `site`, with a sampling interval of `interval` bytes.
    pub(in crate::memory) const fn sampled(site: SiteId, interval: u32) -> Self {
        let low = SAMPLED | site.offset();
        Self((interval as u64) << 32 | low as u64)
    }

    #[inline(always)]
    pub(in crate::memory) const fn from_bits(bits: u64) -> Self {
        Self(bits)
    }

    #[inline(always)]
    pub(in crate::memory) const fn bits(self) -> u64 {
        self.0
    }

    /// Returns the site of a counted block, or zero if the block is not counted.
    ///
    /// The result is arbitrary if the tag was overwritten.
    #[inline(always)]
    pub(in crate::memory) const fn site(self) -> SiteId {
        SiteId::from_offset(self.0 as u32 & SITE)
    }

    /// Returns true if the tag says that its block is not counted.
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
        let interval = (self.0 >> 32) as u32;
        match sites::owner_of(site) {
            Some(owner) if self == Self::new(site) => Decoded::Counted(site, owner.get()),
            Some(_) if interval > 0 && self == Self::sampled(site, interval) => {
                Decoded::Sampled(site, interval)
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
