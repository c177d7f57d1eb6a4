//! The tag: eight bytes that tell where and when a block was born.
//!
//! From the lowest byte up: a canary (8 bits), zeros (4), the site (20 bits), the stride (32 bits).
//! The canary comes first in memory, so a write past the end of a block hits it first.

use super::owner::OwnerId;
use super::site::{self, SiteId};

/// The lowest byte of the tag of a block that is counted.
const COUNTED: u8 = 0xA5;
/// The low half of the tag of a block that is not.
const NOT_COUNTED: u32 = 0x5A;
const SITE_SHIFT: u32 = 12;

/// The tag of one block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(transparent)]
pub(super) struct Tag(u64);

/// What a tag that was read back says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Birth {
    /// The block was counted at this site, for this owner.
    Counted(SiteId, OwnerId),
    /// The block was born while nothing was counted.
    NotCounted,
    /// The tag was overwritten.
    Corrupted,
}

impl Tag {
    /// The tag of a block that is not counted.
    pub(super) const NOT_COUNTED: Self = Self(NOT_COUNTED as u64);

    /// The tag of a block that is counted at `site`, at stride zero.
    pub(super) const fn new(site: SiteId) -> Self {
        Self((site.number() << SITE_SHIFT | COUNTED as u32) as u64)
    }

    /// The tag of the same site at the stride whose number is the high half of `stride`.
    #[inline(always)]
    pub(super) const fn at(self, stride: u64) -> Self {
        Self(self.0 | stride)
    }

    #[inline(always)]
    pub(super) const fn from_bits(bits: u64) -> Self {
        Self(bits)
    }

    #[inline(always)]
    pub(super) const fn bits(self) -> u64 {
        self.0
    }

    /// The site of a block that is counted; only its canary is checked.
    #[inline(always)]
    pub(super) const fn site(self) -> Option<SiteId> {
        if self.0 as u8 != COUNTED {
            return None;
        }
        Some(SiteId::from_bits_20(self.0 as u32 >> SITE_SHIFT))
    }

    /// Whether the tag says that its block is not counted.
    #[inline(always)]
    pub(super) const fn is_not_counted(self) -> bool {
        self.0 as u32 == NOT_COUNTED
    }

    /// Checks the tag in full.
    pub(super) fn birth(self) -> Birth {
        if self.is_not_counted() {
            return Birth::NotCounted;
        }
        let born = self
            .site()
            .and_then(|site| Some((site, site::owner_of(site)?)));
        born.map_or(Birth::Corrupted, |(site, owner)| {
            Birth::Counted(site, owner)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_damaged_byte_of_the_low_half_is_noticed() {
        let tag = Tag::NOT_COUNTED;
        assert_eq!(tag.birth(), Birth::NotCounted);
        assert_eq!(
            Tag::new(SiteId::from_bits_20(0xF_FFFF)).birth(),
            Birth::Corrupted
        );
        for shift in [0, 8, 16, 24] {
            let damaged = Tag::from_bits(tag.bits() ^ (0xFF << shift));
            assert_eq!(damaged.birth(), Birth::Corrupted, "byte at bit {shift}");
        }
    }

    #[test]
    fn the_canary_is_the_first_byte_in_memory() {
        let site = SiteId::from_bits_20(0x1_2345);
        let tag = Tag::new(site).at(0x6789_ABCD << 32);
        assert_eq!(tag.site(), Some(site));
        assert_eq!(
            tag.bits().to_le_bytes(),
            [0xA5, 0x50, 0x34, 0x12, 0xCD, 0xAB, 0x89, 0x67]
        );
    }
}
