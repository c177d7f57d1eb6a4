//! What a thread remembers of the sites it allocated at, so that a change of line costs it nothing.

#![expect(
    unsafe_code,
    reason = "the place of a pair is found without a division"
)]

use std::cell::Cell;
use std::ptr;
use std::sync::atomic::{AtomicI64, AtomicPtr, AtomicU8, Ordering::Relaxed};

use super::counters::{MAX_SITES, Row};
use super::owner::OwnerId;
use super::site::{Mark, SiteId};
use super::tag::Tag;

/// A pair of owner and mark as one number.
///
/// The owner is in the highest 16 bits, which no address uses, and in the bits from which the place
/// is taken, so that two owners that share their marks do not drive each other out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(transparent)]
pub(super) struct Key(u64);

impl Key {
    #[inline(always)]
    pub(super) fn new(owner: OwnerId, mark: *const Mark) -> Self {
        Self(mark.addr() as u64 ^ owner.bits())
    }
}

/// Where a thread counts what it allocates for one owner at one mark.
///
/// Zero bytes are a place that matches no key.
#[repr(C, align(64))]
pub(super) struct KnownSite {
    key: Cell<u64>,
    row: Cell<*const Row>,
    headroom: Cell<*const AtomicI64>,
    tag: Cell<u64>,
}

impl KnownSite {
    const fn unknown() -> Self {
        Self {
            key: Cell::new(0),
            row: Cell::new(ptr::null()),
            headroom: Cell::new(ptr::null()),
            tag: Cell::new(0),
        }
    }

    #[inline(always)]
    pub(super) fn is(&self, key: Key) -> bool {
        self.key.get() == key.0
    }

    #[inline(always)]
    pub(super) fn row(&self) -> *const Row {
        self.row.get()
    }

    #[inline(always)]
    pub(super) fn headroom(&self) -> *const AtomicI64 {
        self.headroom.get()
    }

    #[inline(always)]
    pub(super) fn tag(&self) -> Tag {
        Tag::from_bits(self.tag.get())
    }

    pub(super) fn set(&self, key: Key, row: &'static Row, headroom: &'static AtomicI64, tag: Tag) {
        self.row.set(row);
        self.headroom.set(headroom);
        self.tag.set(tag.bits());
        self.key.set(key.0);
    }
}

/// What a thread looks at when it allocates and frees. Zero bytes know nothing.
///
/// In one piece, so that one thread-local pointer leads to all of it.
#[repr(C)]
pub(super) struct Known {
    /// Whether to count a birth; one of the states of `switch.rs`.
    pub(super) state: AtomicU8,
    /// Where to count a birth.
    sites: KnownSites,
    /// Where to count an end: by site, the headroom of its owner in this thread's table, or null
    /// where the thread has met none of the site's blocks yet.
    headroom: [AtomicPtr<AtomicI64>; MAX_SITES],
}

impl Known {
    /// Whether the state is `STATE`.
    #[cfg(all(target_arch = "x86_64", not(miri)))]
    #[inline(always)]
    pub(super) fn state_is<const STATE: u8>(&self) -> bool {
        // The compiler does not compare an atomic where it is, and loads it first.
        // SAFETY: reads one byte of `self`, as a relaxed load does.
        unsafe {
            std::arch::asm!(
                "cmp byte ptr [{state}], {expected}",
                "jne {other}",
                state = in(reg) self.state.as_ptr(),
                expected = const STATE,
                other = label { return false },
                options(nostack, readonly),
            );
        }
        true
    }

    /// Whether the state is `STATE`.
    #[cfg(not(all(target_arch = "x86_64", not(miri))))]
    #[inline(always)]
    pub(super) fn state_is<const STATE: u8>(&self) -> bool {
        self.state.load(Relaxed) == STATE
    }

    /// The one place where a pair of owner and mark may be.
    #[inline(always)]
    pub(super) fn place(&self, key: Key) -> &KnownSite {
        self.sites.place(key)
    }

    /// The headroom of the site's owner in the thread's table, if the thread has met the site.
    #[inline(always)]
    pub(super) fn headroom(&self, site: SiteId) -> *const AtomicI64 {
        self.headroom[site.index()].load(Relaxed)
    }

    /// Remembers the headroom for the ends of blocks of `site`.
    pub(super) fn set_headroom(&self, site: SiteId, headroom: &'static AtomicI64) {
        self.headroom[site.index()].store(ptr::from_ref(headroom).cast_mut(), Relaxed);
    }
}

/// What a thread knows that has no table.
pub(super) static NOTHING: Known = Known {
    state: AtomicU8::new(0),
    sites: KnownSites([const { KnownSite::unknown() }; PLACES]),
    headroom: [const { AtomicPtr::new(ptr::null_mut()) }; MAX_SITES],
};

/// A thread's memory of sites: 64 KiB, of which the places in use are touched.
#[repr(C)]
struct KnownSites([KnownSite; PLACES]);

const PLACES: usize = (u16::MAX as usize + 1) / size_of::<KnownSite>();

// SAFETY: the memory in a table is used by the one thread that the table belongs to, which takes it
// with `Acquire` after the one before left it with `Release`; `NOTHING` is only read.
unsafe impl Sync for KnownSites {}

impl KnownSites {
    #[inline(always)]
    fn place(&self, key: Key) -> &KnownSite {
        let start = ptr::from_ref(self).cast::<KnownSite>();
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
        let (here, there) = (OwnerId::RUNTIME, register("known.rs"));
        let keys = [(here, &ONE), (here, &TWO), (there, &ONE), (there, &TWO)];
        let keys = keys.map(|(owner, mark)| Key::new(owner, mark));
        for (index, key) in keys.iter().enumerate() {
            assert!(!keys[..index].contains(key));
            assert!(!NOTHING.place(*key).is(*key));
        }
    }
}
