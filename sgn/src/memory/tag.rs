//! The tag: eight bytes that tell where and when a block was born.
//!
//! From the lowest byte up: a canary (8 bits), the site (24 bits), the stride (32 bits). The canary
//! comes first in memory, so a write past the end of a block hits it first.

use super::owner::OwnerId;
use super::site::{self, SiteId};

const CANARY: u32 = 0xA5;
/// The canary, and the four bits of the site that no site uses.
const FIXED: u32 = 0xF000_00FF;

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
    pub(super) const NOT_COUNTED: Self = Self::new(SiteId::NOT_COUNTED, 0);

    pub(super) const fn new(site: SiteId, stride: u32) -> Self {
        Self((stride as u64) << 32 | (site.number() << 8 | CANARY) as u64)
    }

    pub(super) const fn from_bits(bits: u64) -> Self {
        Self(bits)
    }

    #[inline(always)]
    pub(super) const fn bits(self) -> u64 {
        self.0
    }

    /// Checks the tag; nothing of it is used before.
    #[inline(always)]
    pub(super) fn birth(self) -> Birth {
        let low = self.0 as u32;
        if low & FIXED != CANARY {
            return Birth::Corrupted;
        }
        let Some(site) = SiteId::from_number(low >> 8) else {
            return Birth::Corrupted;
        };
        match site::owner_of(site) {
            Some(owner) => Birth::Counted(site, owner),
            None if site == SiteId::NOT_COUNTED => Birth::NotCounted,
            None => Birth::Corrupted,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_damaged_byte_of_the_low_half_is_noticed() {
        let tag = Tag::NOT_COUNTED;
        assert_eq!(tag.birth(), Birth::NotCounted);
        for shift in [0, 8, 16, 24] {
            let damaged = Tag::from_bits(tag.bits() ^ (0xFF << shift));
            assert_eq!(damaged.birth(), Birth::Corrupted, "byte at bit {shift}");
        }
    }

    #[test]
    fn the_canary_is_the_first_byte_in_memory() {
        let site = SiteId::from_number(0x1_2345).expect("a possible site");
        let bytes = Tag::new(site, 0x6789_ABCD).bits().to_le_bytes();
        assert_eq!(bytes, [0xA5, 0x45, 0x23, 0x01, 0xCD, 0xAB, 0x89, 0x67]);
    }
}
