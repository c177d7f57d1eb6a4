//! What a thread remembers of the sites it allocated at, so that a change of line costs it nothing.

#![expect(
    unsafe_code,
    reason = "the place of a pair is found without a division"
)]

use std::sync::atomic::{AtomicI64, AtomicPtr, AtomicU64, Ordering::Relaxed};

use super::counters::Row;
use super::owner::OwnerId;
use super::site::Mark;
use super::tag::Tag;

/// A pair of owner and mark as one number.
///
/// The owner is in the highest 16 bits, which no address uses, and in the bits from which the place
/// is taken, so that two owners that share their marks do not drive each other out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(transparent)]
pub(super) struct Key(u64);

/// The part of a [`Key`] that the owner is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(transparent)]
pub(super) struct OwnerKey(u64);

impl OwnerKey {
    #[inline(always)]
    pub(super) const fn new(owner: OwnerId) -> Self {
        let number = owner.number() as u64;
        Self(number << 48 | (number.wrapping_mul(0x9E5) & 0x3FF) << 6)
    }

    #[inline(always)]
    pub(super) const fn owner(self) -> OwnerId {
        match OwnerId::from_narrow((self.0 >> 48) as u16) {
            Some(owner) => owner,
            None => OwnerId::UNATTRIBUTED,
        }
    }

    #[inline(always)]
    pub(super) fn with(self, mark: *const Mark) -> Key {
        Key(mark.addr() as u64 ^ self.0)
    }
}

/// Where a thread counts what it allocates for one owner at one mark.
///
/// Only the thread itself uses it; zero bytes are a place that matches no key.
#[repr(C, align(64))]
pub(super) struct KnownSite {
    key: AtomicU64,
    row: AtomicPtr<Row>,
    headroom: AtomicPtr<AtomicI64>,
    tag: AtomicU64,
}

impl KnownSite {
    const fn unknown() -> Self {
        Self {
            key: AtomicU64::new(0),
            row: AtomicPtr::new(std::ptr::null_mut()),
            headroom: AtomicPtr::new(std::ptr::null_mut()),
            tag: AtomicU64::new(0),
        }
    }

    #[inline(always)]
    pub(super) fn is(&self, key: Key) -> bool {
        self.key.load(Relaxed) == key.0
    }

    #[inline(always)]
    pub(super) fn row(&self) -> *const Row {
        self.row.load(Relaxed)
    }

    #[inline(always)]
    pub(super) fn headroom(&self) -> *const AtomicI64 {
        self.headroom.load(Relaxed)
    }

    #[inline(always)]
    pub(super) fn tag(&self) -> Tag {
        Tag::from_bits(self.tag.load(Relaxed))
    }

    pub(super) fn set(&self, key: Key, row: &'static Row, headroom: &'static AtomicI64, tag: Tag) {
        self.row.store(std::ptr::from_ref(row).cast_mut(), Relaxed);
        self.headroom
            .store(std::ptr::from_ref(headroom).cast_mut(), Relaxed);
        self.tag.store(tag.bits(), Relaxed);
        self.key.store(key.0, Relaxed);
    }
}

/// A thread's memory of sites: 64 KiB, of which the places in use are touched.
#[repr(C)]
pub(super) struct KnownSites([KnownSite; PLACES]);

const PLACES: usize = (u16::MAX as usize + 1) / size_of::<KnownSite>();

/// The memory of a thread that has no table.
pub(super) static NOTHING: KnownSites = KnownSites([const { KnownSite::unknown() }; PLACES]);

impl KnownSites {
    /// The one place where a pair of owner and mark may be.
    #[inline(always)]
    pub(super) fn place(&self, key: Key) -> &KnownSite {
        let start = std::ptr::from_ref(self).cast::<KnownSite>();
        // The low six bits of a key are zero, as of the address of a mark and of an owner's key, so
        // the low sixteen are the distance of a place from the first in bytes.
        let place = start.wrapping_byte_add(key.0 as u16 as usize);
        // SAFETY: the distance is a multiple of a place's size, and below that of all of them.
        unsafe { &*place }
    }
}

const _: () = assert!(size_of::<KnownSites>() == 1 << 16 && size_of::<KnownSite>() == 64);
const _: () = assert!(align_of::<Mark>() == 64);

#[cfg(test)]
mod tests {
    use super::super::owner::register;
    use super::*;

    static ONE: Mark = Mark::new("known.rs", 1, "");
    static TWO: Mark = Mark::new("known.rs", 2, "");

    #[test]
    fn a_key_is_one_pair_only() {
        let (here, there) = (
            OwnerKey::new(OwnerId::RUNTIME),
            OwnerKey::new(register("known.rs")),
        );
        let keys = [
            here.with(&ONE),
            here.with(&TWO),
            there.with(&ONE),
            there.with(&TWO),
        ];
        for (index, key) in keys.iter().enumerate() {
            assert!(!keys[..index].contains(key));
            assert!(!NOTHING.place(*key).is(*key));
        }
        assert_eq!(there.owner().name(), "known.rs");
    }
}
