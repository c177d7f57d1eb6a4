//! The cache of sites of a thread, so that a change of line costs it nothing.

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
use crate::memory::id::sites::{PerSite, SiteId};
use crate::memory::id::tag::Tag;
use crate::memory::sys::arch;
use crate::memory::thread::mode_byte::ModeByte;

/// Where a thread counts what it allocates for one owner at one mark.
///
/// Zero bytes are an entry that matches no key.
#[repr(C, align(64))]
pub(in crate::memory) struct Entry {
    key: AtomicU64,
    site: Cell<SiteId>,
    headroom: Cell<*const AtomicI64>,
    tag: Cell<u64>,
}

impl Entry {
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
    pub(in crate::memory) fn clear(&self) {
        if self.key.load(Relaxed) != 0 {
            self.key.store(0, Relaxed);
        }
    }
}

/// Everything that a thread reads when it allocates and frees. Zero bytes are an empty cache.
///
/// In one piece, so that one thread-local pointer leads to all of it.
#[repr(C)]
pub(in crate::memory) struct SiteCache {
    /// The shard's copy of the mode, read when an allocation has no entry.
    pub(in crate::memory) state: ModeByte,
    /// While blocks are sampled: how many bytes there are to the next sample.
    pub(super) countdown: AtomicI64,
    /// In which parts of the places anything was ever noted, by bits.
    noted: AtomicU32,
    /// Where to count a birth; nothing while births are not counted.
    sites: Entries,
    /// For each site the tag of its blocks, by which a free can be counted; zero for a site that the thread has not
    /// registered.
    registered: Registered,
}

impl SiteCache {
    /// Counts down by `size` bytes; returns true if blocks are sampled and this one is no sample.
    #[inline(always)]
    pub(in crate::memory) fn is_between_samples(&self, size: usize) -> bool {
        const STATE: usize = mem::offset_of!(SiteCache, state);
        const COUNTDOWN: usize = mem::offset_of!(SiteCache, countdown);
        let start = ptr::from_ref(self).cast();
        // SAFETY: both are in `self`, and the thread of the table is the one writer of its countdown:
        // `EMPTY` never says that blocks are sampled.
        unsafe { arch::subtract_if::<STATE, { ModeByte::SAMPLED }, COUNTDOWN>(start, size) }
    }

    /// Forgets where to count births; any thread may ask for it.
    ///
    /// Of the memory for it, only the parts are looked at where anything was ever noted.
    pub(in crate::memory) fn clear(&self) {
        let noted = self.noted.load(SeqCst);
        for (part, places) in self.sites.0.chunks(PART).enumerate() {
            if noted & (1 << part) != 0 {
                places.iter().for_each(Entry::clear);
            }
        }
    }

    /// Notes where to count births of one pair.
    pub(in crate::memory) fn insert(&self, key: Key, site: SiteId, headroom: &'static AtomicI64) {
        let part = Entries::distance(key) / (PART * size_of::<Entry>());
        // Before the note: whoever has it forgotten sees this if it sees that.
        self.noted.fetch_or(1 << part, SeqCst);
        self.entry(key).set(key, site, headroom);
    }

    /// How many bytes come last, one number for each site.
    pub(super) const fn registered_bytes(&self) -> usize {
        size_of::<Registered>()
    }

    /// Forgets where to count births of one pair; any thread may ask for it.
    pub(in crate::memory) fn remove(&self, key: Key) {
        let known = &self.entry(key).key;
        if known.load(Relaxed) == key.bits() {
            // The thread may note another pair at this moment.
            let _ = known.compare_exchange(key.bits(), 0, SeqCst, Relaxed);
        }
    }

    /// The one place where a pair of owner and mark may be.
    #[inline(always)]
    pub(in crate::memory) fn entry(&self, key: Key) -> &Entry {
        self.sites.entry(key)
    }

    /// The place of a pair of owner and mark, if it is there.
    #[inline(always)]
    pub(in crate::memory) fn find(&self, key: Key) -> Option<&Entry> {
        self.holds(key).then(|| self.entry(key))
    }

    #[inline(always)]
    fn holds(&self, key: Key) -> bool {
        const SITES: usize = mem::offset_of!(SiteCache, sites) + mem::offset_of!(Entry, key);
        let start = ptr::from_ref(self).cast();
        // SAFETY: it is the aligned number at the start of the place that `place` gives.
        unsafe { arch::is_number_at::<SITES>(start, Entries::distance(key), key.bits()) }
    }

    /// Returns true if the thread can count frees of `site` and `tag` is the tag of its blocks.
    #[inline(always)]
    pub(in crate::memory) fn is_registered(&self, site: SiteId, tag: Tag) -> bool {
        self.registered.0.at(site).get() == tag.bits()
    }

    /// Remembers that the thread can count the ends of blocks of `site`.
    pub(super) fn register(&self, site: SiteId) {
        self.registered.0.at(site).set(Tag::new(site).bits());
    }
}

/// The cache of a thread that has no shard: it is never filled.
pub(in crate::memory) static EMPTY: SiteCache = SiteCache {
    state: ModeByte::new(),
    countdown: AtomicI64::new(0),
    noted: AtomicU32::new(0),
    sites: Entries([const { Entry::unknown() }; PLACES]),
    registered: Registered(PerSite::new([const { Cell::new(0) }; MAX_SITES])),
};

/// Tags of sites.
#[repr(transparent)]
struct Registered(PerSite<Cell<u64>>);

// SAFETY: the memory in a table is used by the one thread that the table belongs to, which takes it
// with `Acquire` after the one before left it with `Release`; `EMPTY` is only read.
unsafe impl Sync for Registered {}

/// The entries of a cache: 64 KiB, of which those in use are touched.
#[repr(C)]
struct Entries([Entry; PLACES]);

const PLACES: usize = (u16::MAX as usize + 1) / size_of::<Entry>();
/// How many places are looked at together: those of a page.
const PART: usize = 64;

// SAFETY: as for `Registered`.
unsafe impl Sync for Entries {}

impl Entries {
    /// The distance of a pair's place from the first, in bytes.
    #[inline(always)]
    fn distance(key: Key) -> usize {
        // The low six bits of a key are zero, as of the address of a mark and of an owner's key.
        key.bits() as u16 as usize
    }

    #[inline(always)]
    fn entry(&self, key: Key) -> &Entry {
        let start = ptr::from_ref(self).cast::<Entry>();
        let place = start.wrapping_byte_add(Self::distance(key));
        // SAFETY: the distance is a multiple of a place's size, and below that of all of them.
        unsafe { &*place }
    }
}

const _: () = assert!(size_of::<Entries>() == 1 << 16 && size_of::<Entry>() == 64);
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
            assert!(EMPTY.find(*key).is_none());
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
            assert!(EMPTY.find(Key::new(one, mark)).is_none());
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
                assert_eq!(Entries::distance(*key), Entries::distance(keys[0]));
            }
            assert_eq!(keys[2].mark(of(2)), mark);
        }
    }

    #[test]
    fn nothing_meets_no_tag() {
        for index in [1, 2, MAX_SITES - 1] {
            let site = SiteId::from_index(index).expect("a site");
            assert!(!EMPTY.is_registered(site, Tag::new(site)), "{index}");
        }
    }
}
