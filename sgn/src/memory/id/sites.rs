//! Sites: an owner and a line of the source.
//!
//! A pair of owner and [`Mark`] gets a number, the *site*, at the first allocation there. A site belongs to one owner
//! number for ever. When an owner ends and its number is assigned again, its sites are reused for lines of the new
//! owner, so what a thread has stored about a site stays valid, and the number of sites is bounded by the lines of the
//! owners that exist at one time.

#![expect(
    unsafe_code,
    reason = "the table of all sites is a view of pages from the operating system"
)]

use std::num::NonZeroU16;
use std::ops::Range;
use std::ptr;
use std::sync::atomic::{
    AtomicBool, AtomicPtr, AtomicU16, AtomicU32, AtomicU64,
    Ordering::{AcqRel, Acquire, Relaxed, Release},
};

use crate::memory::id::limits::CHUNK;
use crate::memory::id::limits::{MAX_OWNERS, MAX_SITES};
use crate::memory::id::mark::Mark;
use crate::memory::id::owner::OwnerId;
use crate::memory::sys::pages;

/// A pair of owner and mark, as an index below [`MAX_SITES`].
///
/// The index is stored times eight, which is the byte offset of the pair's entry in a [`PerSite`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(transparent)]
pub(in crate::memory) struct SiteId(u32);

impl SiteId {
    /// The index that no pair has.
    pub(in crate::memory) const NONE: Self = Self(0);

    /// Returns the site at that byte offset, and ignores all bits that no site uses.
    #[inline(always)]
    pub(in crate::memory) const fn from_offset(offset: u32) -> Self {
        Self(offset & (PerSite::<AtomicU64>::END - 1) & !7)
    }

    pub(in crate::memory) const fn from_index(index: usize) -> Option<Self> {
        if index < MAX_SITES {
            Some(Self((index * size_of::<u64>()) as u32))
        } else {
            None
        }
    }

    #[inline(always)]
    pub(in crate::memory) const fn offset(self) -> u32 {
        self.0
    }

    /// Returns the index in a table of [`MAX_SITES`].
    #[inline(always)]
    pub(in crate::memory) const fn index(self) -> usize {
        let index = self.0 as usize / size_of::<u64>();
        // SAFETY: every constructor keeps the index below the limit.
        unsafe { std::hint::assert_unchecked(index < MAX_SITES) };
        index
    }
}

/// A table with eight bytes for each site.
#[repr(transparent)]
pub(in crate::memory) struct PerSite<T>([T; MAX_SITES]);

impl<T> PerSite<T> {
    /// The size of the table in bytes.
    const END: u32 = {
        assert!(size_of::<T>() == size_of::<u64>());
        size_of::<Self>() as u32
    };

    pub(in crate::memory) const fn new(all: [T; MAX_SITES]) -> Self {
        Self(all)
    }

    #[inline(always)]
    pub(in crate::memory) const fn at(&self, site: SiteId) -> &T {
        const { assert!(size_of::<T>() == size_of::<u64>()) };
        let start = ptr::from_ref(self).cast::<T>();
        // SAFETY: the offset of a site is a multiple of eight, and below the size of the table.
        let cell = unsafe { start.byte_add(site.0 as usize) };
        // SAFETY: as above.
        unsafe { &*cell }
    }

    /// Returns the entries of a range of sites.
    pub(in crate::memory) fn of(&self, sites: &Range<usize>) -> &[T] {
        &self.0[sites.clone()]
    }
}

/// The number of the owner of each site; zero where there is none.
pub(super) type Owners = [AtomicU16; MAX_SITES];

const BUCKETS: usize = MAX_SITES;

/// All sites. A table of zeroed bytes is empty.
///
/// A hash table with chaining, so that a pair can be removed. Only one thread at a time removes; a thread that walks
/// the chain meanwhile may at worst miss a pair, and then makes a second site for it.
#[repr(C)]
struct Sites {
    marks: [AtomicPtr<Mark>; MAX_SITES],
    buckets: [AtomicU32; BUCKETS],
    /// The next site in the same bucket.
    next: [AtomicU32; MAX_SITES],
    /// The next site of the same owner. The owner's list of free sites uses these links, too.
    next_of_owner: [AtomicU32; MAX_SITES],
    first_of_owner: [AtomicU32; MAX_OWNERS],
    /// The head of the owner's list of free sites in the lower half, and a version in the upper half.
    free_of_owner: [AtomicU64; MAX_OWNERS],
    /// The bytes and blocks counted at each site for owners that have ended.
    ended_bytes: [AtomicU64; MAX_SITES],
    ended_blocks: [AtomicU64; MAX_SITES],
}

/// The owner of each site, separate from [`Sites`] because every free reads it.
pub(in crate::memory) static OWNER_OF: Owners = [const { AtomicU16::new(0) }; MAX_SITES];
static SITES: AtomicPtr<Sites> = AtomicPtr::new(ptr::null_mut());
static NEXT: AtomicU32 = AtomicU32::new(FIRST);
/// For each chunk, true if a part of the counts of one of its sites belongs to an owner that has ended.
static HAS_ENDED: [AtomicBool; MAX_SITES / CHUNK] =
    [const { AtomicBool::new(false) }; MAX_SITES / CHUNK];
/// The site of all allocations that exceed the number of sites.
const OVERFLOW: SiteId = SiteId(size_of::<u64>() as u32);
/// The site to which a reader adds what was counted for owners that have ended.
pub(in crate::memory) const ENDED: SiteId = SiteId(2 * size_of::<u64>() as u32);
const FIRST: u32 = 3;

/// Maps the table of sites; `false` if the system refuses.
pub(in crate::memory) fn prepare() -> bool {
    if !SITES.load(Acquire).is_null() {
        return true;
    }
    let Some(fresh) = pages::map_forever(size_of::<Sites>()) else {
        return false;
    };
    OWNER_OF[OVERFLOW.index()].store(OwnerId::OVERFLOW.number(), Relaxed);
    OWNER_OF[ENDED.index()].store(OwnerId::ENDED.number(), Relaxed);
    let sites = fresh.cast::<Sites>().as_ptr();
    if SITES
        .compare_exchange(ptr::null_mut(), sites, AcqRel, Acquire)
        .is_err()
    {
        // SAFETY: the region was not published, so nobody else knows it.
        unsafe { pages::unmap_unpublished(fresh, size_of::<Sites>()) };
    }
    true
}

fn sites() -> Option<&'static Sites> {
    // SAFETY: the pointer is null or a table that is never unmapped.
    unsafe { SITES.load(Acquire).as_ref() }
}

/// Returns one more than the highest index in use.
pub(in crate::memory) fn end() -> usize {
    (NEXT.load(Acquire) as usize).min(MAX_SITES)
}

/// Returns the number of the owner of a site; `None` if the site was never assigned.
#[inline(always)]
pub(in crate::memory) fn owner_of(site: SiteId) -> Option<NonZeroU16> {
    NonZeroU16::new(OWNER_OF[site.index()].load(Relaxed))
}

/// Returns the mark of a site; `None` if no line is known.
pub(in crate::memory) fn mark_of(site: SiteId) -> Option<&'static Mark> {
    let mark = sites()?.marks[site.index()].load(Acquire);
    // SAFETY: marks are stored from `&'static Mark` or null.
    unsafe { mark.as_ref() }
}

/// Returns the site of `owner` and `mark`, and makes it if there is none.
///
/// Two marks of one line are one site: a line is one row, however many statements are on it, with the text of the first
/// of them that allocated.
#[cold]
#[inline(never)]
pub(in crate::memory) fn look_up(owner: OwnerId, mark: *const Mark) -> SiteId {
    let Some(sites) = sites() else {
        return OVERFLOW;
    };
    let bucket = &sites.buckets[spread(owner, mark) % BUCKETS];
    let mut first = bucket.load(Acquire);
    let mut made = None;
    loop {
        if let Some(known) = sites.find(first, owner, mark) {
            // If this thread has made a site but another thread was faster, this thread's site stays unused until the
            // owner ends.
            return known;
        }
        let Some(fresh) = made.or_else(|| sites.make(owner, mark)) else {
            return OVERFLOW;
        };
        made = Some(fresh);
        sites.next[fresh.index()].store(first, Relaxed);
        match bucket.compare_exchange(first, fresh.0, AcqRel, Acquire) {
            Ok(_) => return fresh,
            Err(other) => first = other,
        }
    }
}

/// Hashes a pair of owner and line to a bucket; the lines of one owner are in a range of 4096 buckets.
fn spread(owner: OwnerId, mark: *const Mark) -> usize {
    // SAFETY: null, or made from a `&'static Mark`.
    let line = unsafe { mark.as_ref() }.map_or(0, |mark| {
        let start = (mark.line() as usize).wrapping_mul(0x9E37_79B1);
        let bytes = mark.file().bytes().map(usize::from);
        bytes.fold(start, |sum, byte| sum.wrapping_mul(31) ^ byte) % 4096
    });
    line.wrapping_add(usize::from(owner.number()).wrapping_mul(0x9E5))
}

/// Returns true if two marks are on one line.
fn is_same_line(one: *const Mark, other: *const Mark) -> bool {
    // SAFETY: null, or made from a `&'static Mark`.
    let of_one = unsafe { one.as_ref() };
    // SAFETY: as above.
    let both = of_one.zip(unsafe { other.as_ref() });
    ptr::eq(one, other) || both.is_some_and(|(a, b)| a.line() == b.line() && a.file() == b.file())
}

/// Converts a link of a list; zero is the end of the list.
fn link(offset: u32) -> Option<SiteId> {
    (offset != 0).then_some(SiteId(offset))
}

impl Sites {
    /// Finds the site of a pair in the chain that starts at `first`.
    fn find(&self, first: u32, owner: OwnerId, mark: *const Mark) -> Option<SiteId> {
        let chain = std::iter::successors(link(first), |site| {
            link(self.next[site.index()].load(Acquire))
        });
        // Bounded, because a chain that another thread changes during the walk could seem to have no end.
        chain
            .take(MAX_SITES)
            .find(|site| self.is(*site, owner, mark))
    }

    fn make(&self, owner: OwnerId, mark: *const Mark) -> Option<SiteId> {
        let reused = self.take_free(owner);
        let site = match reused {
            Some(site) => site,
            None if end() == MAX_SITES => return None,
            None => SiteId::from_index(NEXT.fetch_add(1, AcqRel) as usize)?,
        };
        // Both are stored before the site is published: a thread that finds it may at once free a block that was counted
        // there.
        // Release: a mark may have been made at run time and leaked, and a thread that finds it reads its fields.
        self.marks[site.index()].store(mark.cast_mut(), Release);
        OWNER_OF[site.index()].store(owner.number(), Relaxed);
        if reused.is_none() {
            let first = &self.first_of_owner[owner.index()];
            let mut before = first.load(Acquire);
            loop {
                self.next_of_owner[site.index()].store(before, Relaxed);
                match first.compare_exchange(before, site.0, AcqRel, Acquire) {
                    Ok(_) => break,
                    Err(other) => before = other,
                }
            }
        }
        Some(site)
    }

    /// Takes a free site that an earlier owner of the same number had.
    fn take_free(&self, owner: OwnerId) -> Option<SiteId> {
        let free = &self.free_of_owner[owner.index()];
        let mut seen = free.load(Acquire);
        loop {
            let site = link(seen as u32)?;
            let next = self.next_of_owner[site.index()].load(Acquire);
            // The upper half changes each time, so that no thread mistakes an old list for a new one (the ABA problem).
            let after = ((seen >> 32).wrapping_add(1) << 32) | u64::from(next);
            match free.compare_exchange(seen, after, AcqRel, Acquire) {
                Ok(_) => return Some(site),
                Err(other) => seen = other,
            }
        }
    }

    fn is(&self, site: SiteId, owner: OwnerId, mark: *const Mark) -> bool {
        OWNER_OF[site.index()].load(Relaxed) == owner.number()
            && is_same_line(self.marks[site.index()].load(Acquire), mark)
    }
}

/// Returns the sites of an owner, including those that are free.
pub(in crate::memory) fn of_owner(owner: OwnerId) -> impl Iterator<Item = SiteId> + Clone {
    let sites = sites();
    let first = sites.and_then(|sites| link(sites.first_of_owner[owner.index()].load(Acquire)));
    std::iter::successors(first, move |site| {
        link(sites?.next_of_owner[site.index()].load(Acquire))
    })
}

/// Puts all sites of an owner that has ended on its number's list of free sites, so that the number can be assigned
/// again.
///
/// Only one thread may call this at a time.
pub(in crate::memory) fn free_all(owner: OwnerId) {
    let Some(sites) = sites() else { return };
    for site in of_owner(owner) {
        let mark = sites.marks[site.index()].load(Relaxed).cast_const();
        sites.take_out(site, &sites.buckets[spread(owner, mark) % BUCKETS]);
        sites.marks[site.index()].store(ptr::null_mut(), Release);
    }
    let free = &sites.free_of_owner[owner.index()];
    let version = (free.load(Acquire) >> 32).wrapping_add(1);
    let first = sites.first_of_owner[owner.index()].load(Acquire);
    free.store((version << 32) | u64::from(first), Release);
}

impl Sites {
    /// Removes a site from its chain, if it is there.
    fn take_out(&self, site: SiteId, bucket: &AtomicU32) {
        let next = self.next[site.index()].load(Acquire);
        if bucket
            .compare_exchange(site.0, next, AcqRel, Acquire)
            .is_ok()
        {
            return;
        }
        let mut before = link(bucket.load(Acquire));
        for _ in 0..MAX_SITES {
            let Some(here) = before else { return };
            let after = &self.next[here.index()];
            if after.load(Acquire) == site.0 {
                after.store(next, Release);
                return;
            }
            before = link(after.load(Acquire));
        }
    }
}

/// Records that all counts of a site, which has no live blocks, belong to owners that have ended.
pub(in crate::memory) fn end_at(site: SiteId, bytes: u64, blocks: u64) {
    if let Some(sites) = sites() {
        HAS_ENDED[site.index() / CHUNK].store(true, Release);
        sites.ended_bytes[site.index()].store(bytes, Release);
        sites.ended_blocks[site.index()].store(blocks, Release);
    }
}

/// Returns the bytes and blocks counted at these sites for owners that have ended; `None` if there are none.
///
/// The range must lie within one chunk.
pub(in crate::memory) fn ended_at(
    range: &Range<usize>,
) -> Option<impl Iterator<Item = (u64, u64)>> {
    if !HAS_ENDED.get(range.start / CHUNK)?.load(Acquire) {
        return None;
    }
    let sites = sites()?;
    let bytes = &sites.ended_bytes[range.clone()];
    let blocks = &sites.ended_blocks[range.clone()];
    let pairs = bytes.iter().zip(blocks);
    Some(pairs.map(|(bytes, blocks)| (bytes.load(Acquire), blocks.load(Acquire))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::register;

    #[test]
    fn two_marks_of_one_line_are_one_site() {
        static ONE: Mark = Mark::new("sites.rs", 7, "first();");
        static TWO: Mark = Mark::new("sites.rs", 7, "second();");
        static NEXT: Mark = Mark::new("sites.rs", 8, "first();");
        assert!(prepare());
        let (owner, other) = (register("sites.rs:one"), register("site.rs:other"));
        let site = look_up(owner, &raw const ONE);
        assert_eq!(look_up(owner, &raw const TWO), site);
        assert!(mark_of(site).is_some_and(|mark| ptr::eq(mark, &raw const ONE)));
        for (owner, mark) in [
            (owner, &raw const NEXT),
            (owner, ptr::null()),
            (other, &ONE),
        ] {
            assert_ne!(look_up(owner, mark), site);
        }
    }
}
