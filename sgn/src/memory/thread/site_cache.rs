//! What a thread remembers of the sites it met, so that a change of line costs it nothing.

#![expect(
    unsafe_code,
    reason = "the place of a pair is found without a division"
)]

use std::cell::Cell;
use std::mem;
use std::ptr;
use std::sync::atomic::{
    AtomicI64, AtomicU32, AtomicU64,
    Ordering::{Relaxed, SeqCst},
};

use crate::memory::id::key::Key;
use crate::memory::id::limits::MAX_SITES;
use crate::memory::id::mark::Mark;
use crate::memory::id::sites::{Column, SiteId};
use crate::memory::id::tag::Tag;
use crate::memory::sys::arch;
use crate::memory::thread::mode_byte::ModeByte;

/// Where a thread counts what it allocates for one owner at one mark.
///
/// Zero bytes are a place that matches no key.
#[repr(C, align(64))]
pub(in crate::memory) struct KnownSite {
    key: AtomicU64,
    site: Cell<SiteId>,
    headroom: Cell<*const AtomicI64>,
    tag: Cell<u64>,
}

impl KnownSite {
    const fn unknown() -> Self {
        Self {
            key: AtomicU64::new(0),
            site: Cell::new(SiteId::NONE),
            headroom: Cell::new(ptr::null()),
            tag: Cell::new(0),
        }
    }

    #[inline(always)]
    pub(in crate::memory) fn site(&self) -> SiteId {
        self.site.get()
    }

    #[inline(always)]
    pub(in crate::memory) fn headroom(&self) -> *const AtomicI64 {
        self.headroom.get()
    }

    #[inline(always)]
    pub(in crate::memory) fn tag(&self) -> Tag {
        Tag::from_bits(self.tag.get())
    }

    fn set(&self, key: Key, site: SiteId, headroom: &'static AtomicI64) {
        self.site.set(site);
        self.headroom.set(headroom);
        self.tag.set(Tag::new(site).bits());
        self.key.store(key.bits(), Relaxed);
    }

    /// Makes the place match no key; any thread may do so.
    pub(in crate::memory) fn forget(&self) {
        if self.key.load(Relaxed) != 0 {
            self.key.store(0, Relaxed);
        }
    }
}

/// What a thread looks at when it allocates and frees. Zero bytes know nothing.
///
/// In one piece, so that one thread-local pointer leads to all of it.
#[repr(C)]
pub(in crate::memory) struct Known {
    /// Whether to count a birth that no place is known for; what it is told of the mode.
    pub(in crate::memory) state: ModeByte,
    /// While blocks are sampled: how many bytes there are to the next sample.
    pub(super) countdown: AtomicI64,
    /// In which parts of the places anything was ever noted, by bits.
    noted: AtomicU32,
    /// Where to count a birth; nothing while births are not counted.
    sites: KnownSites,
    /// Whether an end can be counted: the tag of the site's blocks, or zero where the thread has met
    /// none of them yet.
    met: Met,
}

impl Known {
    /// Whether blocks are sampled, and one of `size` bytes is not; counts down.
    #[inline(always)]
    pub(in crate::memory) fn is_between_samples(&self, size: usize) -> bool {
        const STATE: usize = mem::offset_of!(Known, state);
        const COUNTDOWN: usize = mem::offset_of!(Known, countdown);
        let start = ptr::from_ref(self).cast();
        // SAFETY: both are in `self`, and the thread of the table is the one writer of its countdown:
        // `NOTHING` never says that blocks are sampled.
        unsafe { arch::subtract_if::<STATE, { ModeByte::SAMPLED }, COUNTDOWN>(start, size) }
    }

    /// Forgets where to count births; any thread may ask for it.
    ///
    /// Of the memory for it, only the parts are looked at where anything was ever noted.
    pub(in crate::memory) fn forget_places(&self) {
        let noted = self.noted.load(SeqCst);
        for (part, places) in self.sites.0.chunks(PART).enumerate() {
            if noted & (1 << part) != 0 {
                places.iter().for_each(KnownSite::forget);
            }
        }
    }

    /// Notes where to count births of one pair.
    pub(in crate::memory) fn note(&self, key: Key, site: SiteId, headroom: &'static AtomicI64) {
        let part = KnownSites::distance(key) / (PART * size_of::<KnownSite>());
        // Before the note: whoever has it forgotten sees this if it sees that.
        self.noted.fetch_or(1 << part, SeqCst);
        self.place(key).set(key, site, headroom);
    }

    /// How many bytes come last, one number for each site.
    pub(super) const fn met_bytes(&self) -> usize {
        size_of::<Met>()
    }

    /// Forgets where to count births of one pair; any thread may ask for it.
    pub(in crate::memory) fn forget_place(&self, key: Key) {
        let known = &self.place(key).key;
        if known.load(Relaxed) == key.bits() {
            // The thread may note another pair at this moment.
            let _ = known.compare_exchange(key.bits(), 0, SeqCst, Relaxed);
        }
    }

    /// The one place where a pair of owner and mark may be.
    #[inline(always)]
    pub(in crate::memory) fn place(&self, key: Key) -> &KnownSite {
        self.sites.place(key)
    }

    /// The place of a pair of owner and mark, if it is there.
    #[inline(always)]
    pub(in crate::memory) fn known_place(&self, key: Key) -> Option<&KnownSite> {
        self.is_at_its_place(key).then(|| self.place(key))
    }

    #[inline(always)]
    fn is_at_its_place(&self, key: Key) -> bool {
        const SITES: usize = mem::offset_of!(Known, sites) + mem::offset_of!(KnownSite, key);
        let start = ptr::from_ref(self).cast();
        // SAFETY: it is the aligned number at the start of the place that `place` gives.
        unsafe { arch::is_number_at::<SITES>(start, KnownSites::distance(key), key.bits()) }
    }

    /// Whether the thread can count the ends of blocks of `site`, and `tag` is theirs.
    #[inline(always)]
    pub(in crate::memory) fn has_met(&self, site: SiteId, tag: Tag) -> bool {
        self.met.0.at(site).get() == tag.bits()
    }

    /// Remembers that the thread can count the ends of blocks of `site`.
    pub(super) fn meet(&self, site: SiteId) {
        self.met.0.at(site).set(Tag::new(site).bits());
    }
}

/// What a thread knows that has no table.
pub(in crate::memory) static NOTHING: Known = Known {
    state: ModeByte::new(),
    countdown: AtomicI64::new(0),
    noted: AtomicU32::new(0),
    sites: KnownSites([const { KnownSite::unknown() }; PLACES]),
    met: Met(Column::new([const { Cell::new(0) }; MAX_SITES])),
};

/// Tags of sites.
#[repr(transparent)]
struct Met(Column<Cell<u64>>);

// SAFETY: the memory in a table is used by the one thread that the table belongs to, which takes it
// with `Acquire` after the one before left it with `Release`; `NOTHING` is only read.
unsafe impl Sync for Met {}

/// A thread's memory of sites: 64 KiB, of which the places in use are touched.
#[repr(C)]
struct KnownSites([KnownSite; PLACES]);

const PLACES: usize = (u16::MAX as usize + 1) / size_of::<KnownSite>();
/// How many places are looked at together: those of a page.
const PART: usize = 64;

// SAFETY: as for `Met`.
unsafe impl Sync for KnownSites {}

impl KnownSites {
    /// The distance of a pair's place from the first, in bytes.
    #[inline(always)]
    fn distance(key: Key) -> usize {
        // The low six bits of a key are zero, as of the address of a mark and of an owner's key.
        key.bits() as u16 as usize
    }

    #[inline(always)]
    fn place(&self, key: Key) -> &KnownSite {
        let start = ptr::from_ref(self).cast::<KnownSite>();
        let place = start.wrapping_byte_add(Self::distance(key));
        // SAFETY: the distance is a multiple of a place's size, and below that of all of them.
        unsafe { &*place }
    }
}

const _: () = assert!(size_of::<KnownSites>() == 1 << 16 && size_of::<KnownSite>() == 64);
const _: () = assert!(align_of::<Mark>() == 64);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::id::owner::OwnerId;
    use crate::memory::scopes::register::register;

    static ONE: Mark = Mark::new("site_cache.rs", 1, "");
    static TWO: Mark = Mark::new("site_cache.rs", 2, "");

    #[test]
    fn a_key_is_one_pair_only() {
        let (here, there) = (OwnerId::RUNTIME, register("site_cache.rs"));
        let keys = [(here, &ONE), (here, &TWO), (there, &ONE), (there, &TWO)];
        let keys = keys.map(|(owner, mark)| Key::new(owner, mark));
        for (index, key) in keys.iter().enumerate() {
            assert!(!keys[..index].contains(key));
            assert!(NOTHING.known_place(*key).is_none());
        }
        assert_eq!(Key::new(there, &ONE).mark(there), &raw const ONE);
        assert_eq!(Key::unmarked(here), Key::new(here, ptr::null()));
    }

    /// Their numbers differ in those bits only that are not in the place.
    #[test]
    fn owners_of_one_place_have_keys_of_their_own() {
        let [one, two] = [1024, 2048].map(|number| OwnerId::from_number(number, 0));
        let (one, two) = (one.expect("an owner"), two.expect("an owner"));
        for mark in [ptr::null(), &raw const ONE] {
            assert_ne!(Key::new(one, mark).bits(), Key::new(two, mark).bits());
            assert_ne!(Key::new(one, mark).bits(), 0);
            assert!(NOTHING.known_place(Key::new(one, mark)).is_none());
        }
    }

    /// A number that was given anew is known at its old place under another key.
    #[test]
    fn generations_have_keys_of_their_own() {
        let of = |generation| OwnerId::from_number(7, generation).expect("an owner");
        for mark in [ptr::null(), &raw const ONE] {
            let keys = [0, 1, 2, u16::MAX].map(|generation| Key::new(of(generation), mark));
            for (index, key) in keys.iter().enumerate() {
                assert!(!keys[..index].contains(key));
                assert_eq!(KnownSites::distance(*key), KnownSites::distance(keys[0]));
            }
            assert_eq!(keys[2].mark(of(2)), mark);
        }
    }

    #[test]
    fn nothing_meets_no_tag() {
        for index in [1, 2, MAX_SITES - 1] {
            let site = SiteId::from_index(index).expect("a site");
            assert!(!NOTHING.has_met(site, Tag::new(site)), "{index}");
        }
    }
}
