//! The current owner and mark of a thread, as one number.

use std::ptr;

use crate::memory::id::mark::Mark;
use crate::memory::id::owner::OwnerId;

/// A pair of owner and mark as one number.
///
/// The owner is in the highest 16 bits, which no address uses, and in the bits that select the
/// cache entry, so that two owners with the same marks do not evict each other. Never zero.
///
/// The key is the pointer to the mark, with the owner's bits XORed into its address. Where an
/// address has no 16 bits to spare, they are stored beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::memory) struct Key {
    mark: *const Mark,
    #[cfg(not(target_pointer_width = "64"))]
    above: u32,
}

impl Key {
    #[inline(always)]
    pub(in crate::memory) fn new(owner: OwnerId, mark: *const Mark) -> Self {
        Self::changed(
            owner,
            mark.map_addr(|address| address ^ owner.bits() as usize),
        )
    }

    /// Returns the key of `owner` without a mark.
    pub(in crate::memory) const fn unmarked(owner: OwnerId) -> Self {
        Self::changed(owner, ptr::without_provenance(owner.bits() as usize))
    }

    #[inline(always)]
    #[cfg_attr(
        target_pointer_width = "64",
        expect(unused_variables, reason = "it is in the mark")
    )]
    const fn changed(owner: OwnerId, mark: *const Mark) -> Self {
        Self {
            mark,
            #[cfg(not(target_pointer_width = "64"))]
            above: (owner.bits() >> u32::BITS) as u32,
        }
    }

    /// Returns the mark of a key that was made for `owner`.
    #[inline(always)]
    pub(in crate::memory) fn mark(self, owner: OwnerId) -> *const Mark {
        Self::new(owner, self.mark).mark
    }

    #[cfg(target_pointer_width = "64")]
    #[inline(always)]
    pub(in crate::memory) fn bits(self) -> u64 {
        self.mark.addr() as u64
    }

    #[cfg(not(target_pointer_width = "64"))]
    #[inline(always)]
    pub(in crate::memory) fn bits(self) -> u64 {
        u64::from(self.above) << u32::BITS | self.mark.addr() as u64
    }
}
