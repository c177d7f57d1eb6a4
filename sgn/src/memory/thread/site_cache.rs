//! The site cache of a thread: an allocation finds its site without a look-up in the table of all sites.

#![expect(
    unsafe_code,
    reason = "the entry of a pair is found without a division"
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

/// An entry: the site of one owner at one mark, and the owner's headroom (its peak minus its live bytes).
///
/// An entry of zeroed bytes matches no key.
#[repr(C, align(64))]
pub(in crate::memory) struct Entry {
    key: AtomicU64,
    site: Cell<SiteId>,
    headroom: Cell<*const AtomicI64>,
    tag: Cell<u64>,
}

impl Entry {
    const fn empty() -> Self {
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

    /// Clears the entry; any thread may call this.
    pub(in crate::memory) fn clear(&self) {
        if self.key.load(Relaxed) != 0 {
            self.key.store(0, Relaxed);
        }
    }
}

/// All data that a thread reads when it allocates and frees. A cache of zeroed bytes is empty.
///
/// In one piece, so that one thread-local pointer leads to all of it.
#[repr(C)]
pub(in crate::memory) struct SiteCache {
    /// The shard's copy of the mode, read when an allocation finds no entry.
    pub(in crate::memory) state: ModeByte,
    /// While blocks are sampled: the number of bytes to the next sampling point.
    pub(super) countdown: AtomicI64,
    /// A bit for each group of entries that was ever written to.
    used_groups: AtomicU32,
    /// The entries, found by key; empty while counting is off.
    sites: Entries,
    /// For each site that the thread has registered, so that it can count frees there, the tag of the site's blocks;
    /// zero for every other site. A free compares it with the tag of its block.
    registered: Registered,
}

impl SiteCache {
    /// Counts down by `size` bytes; returns true if blocks are sampled and this one is not.
    #[inline(always)]
    pub(in crate::memory) fn is_between_samples(&self, size: usize) -> bool {
        const STATE: usize = mem::offset_of!(SiteCache, state);
        const COUNTDOWN: usize = mem::offset_of!(SiteCache, countdown);
        let start = ptr::from_ref(self).cast();
        // SAFETY: both are in `self`, and only the thread of the table writes its countdown: the mode in `EMPTY` is
        // never `SAMPLED`.
        unsafe { arch::subtract_if::<STATE, { ModeByte::SAMPLED }, COUNTDOWN>(start, size) }
    }

    /// Clears all entries; any thread may call this.
    ///
    /// Visits only the groups of entries that were ever written to.
    pub(in crate::memory) fn clear(&self) {
        let used_groups = self.used_groups.load(SeqCst);
        for (group, entries) in self.sites.0.chunks(GROUP).enumerate() {
            if used_groups & (1 << group) != 0 {
                entries.iter().for_each(Entry::clear);
            }
        }
    }

    /// Inserts an entry.
    pub(in crate::memory) fn insert(&self, key: Key, site: SiteId, headroom: &'static AtomicI64) {
        let group = Entries::offset(key) / (GROUP * size_of::<Entry>());
        // Set before the entry: a thread that clears the cache, and could see the entry, then sees the bit, too.
        self.used_groups.fetch_or(1 << group, SeqCst);
        self.entry(key).set(key, site, headroom);
    }

    /// Returns the size of `registered`, which is the last field, so that its unused part can be left out of a
    /// measurement.
    pub(super) const fn registered_bytes(&self) -> usize {
        size_of::<Registered>()
    }

    /// Removes the entry of `key`; any thread may call this.
    pub(in crate::memory) fn remove(&self, key: Key) {
        let stored = &self.entry(key).key;
        if stored.load(Relaxed) == key.bits() {
            // Not a plain store, which could remove an entry that the thread inserts at this moment.
            let _ = stored.compare_exchange(key.bits(), 0, SeqCst, Relaxed);
        }
    }

    /// Returns the only entry that can hold `key`; it may hold another key.
    #[inline(always)]
    pub(in crate::memory) fn entry(&self, key: Key) -> &Entry {
        self.sites.entry(key)
    }

    /// Returns the entry of `key`, if there is one.
    #[inline(always)]
    pub(in crate::memory) fn find(&self, key: Key) -> Option<&Entry> {
        self.holds(key).then(|| self.entry(key))
    }

    #[inline(always)]
    fn holds(&self, key: Key) -> bool {
        const SITES: usize = mem::offset_of!(SiteCache, sites) + mem::offset_of!(Entry, key);
        let start = ptr::from_ref(self).cast();
        // SAFETY: it is the aligned number at the start of the entry at that offset.
        unsafe { arch::is_number_at::<SITES>(start, Entries::offset(key), key.bits()) }
    }

    /// Returns true if the thread can count frees of `site` and `tag` is the tag of its blocks.
    #[inline(always)]
    pub(in crate::memory) fn is_registered(&self, site: SiteId, tag: Tag) -> bool {
        self.registered.0.at(site).get() == tag.bits()
    }

    /// Records that the thread can count frees at `site`.
    pub(super) fn register(&self, site: SiteId) {
        self.registered.0.at(site).set(Tag::new(site).bits());
    }
}

/// The cache of every thread without a shard; nothing is inserted into it.
pub(in crate::memory) static EMPTY: SiteCache = SiteCache {
    state: ModeByte::new(),
    countdown: AtomicI64::new(0),
    used_groups: AtomicU32::new(0),
    sites: Entries([const { Entry::empty() }; ENTRIES]),
    registered: Registered(PerSite::new([const { Cell::new(0) }; MAX_SITES])),
};

/// The tags of the registered sites.
#[repr(transparent)]
struct Registered(PerSite<Cell<u64>>);

// SAFETY: the cells in a shard are used only by the thread that has the shard, and a shard passes from one thread to
// the next by a release and an acquire; `EMPTY` is only read.
unsafe impl Sync for Registered {}

/// The entries of a cache: 64 KiB, of which only the used groups are touched.
#[repr(C)]
struct Entries([Entry; ENTRIES]);

const ENTRIES: usize = (u16::MAX as usize + 1) / size_of::<Entry>();
/// The number of entries per group: those of a page.
const GROUP: usize = 64;

// SAFETY: as for `Registered`.
unsafe impl Sync for Entries {}

impl Entries {
    /// Returns the byte offset of the entry of `key`.
    #[inline(always)]
    fn offset(key: Key) -> usize {
        // The low six bits of a key are zero, as in the address of a mark and in an owner's bits.
        key.bits() as u16 as usize
    }

    #[inline(always)]
    fn entry(&self, key: Key) -> &Entry {
        let start = ptr::from_ref(self).cast::<Entry>();
        let entry = start.wrapping_byte_add(Self::offset(key));
        // SAFETY: the offset is a multiple of an entry's size, and below the size of all entries.
        unsafe { &*entry }
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

    /// The numbers of these owners differ only in bits that do not select the entry.
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

    /// A number that was assigned again has the same entry and another key.
    #[test]
    fn generations_have_keys_of_their_own() {
        let of = |generation| OwnerId::from_number(7, generation).expect("an owner");
        for mark in [ptr::null(), &raw const ONE] {
            let keys = [0, 1, 2, u16::MAX].map(|generation| Key::new(of(generation), mark));
            for (index, key) in keys.iter().enumerate() {
                assert!(!keys[..index].contains(key));
                assert_eq!(Entries::offset(*key), Entries::offset(keys[0]));
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
