//! The current owner and mark of a thread, as one number.

use std::ptr;

use crate::memory::id::mark::Mark;
use crate::memory::id::owner::OwnerId;

/// A pair of owner and mark as one number.
///
/// The highest 16 bits are those of the owner, because no address uses them. The bits that select the cache entry
/// depend on the mark and on the owner, so that two owners with the same marks do not evict each other. Never zero.
///
/// The key is the pointer to the mark, with the owner's bits XORed into its address. Where an address has 32 bits, the
/// upper half of the owner's bits is stored beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::memory) struct Key {
    mark: *const Mark,
    /// The upper half of the owner's bits.
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

    /// Returns the key of `mark`, into whose address the lower bits of `owner` are XORed already.
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

    /// Returns the mark of a key that was made for `owner`: XORing the owner's bits once more restores the address.
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
