//! Sites: an owner and a line of the source.
//!
//! The pair of owner and [`Mark`] gets its number, the *site*, at the first allocation there.
//! A site belongs to one number of an owner for ever. When an owner has ended and its number is given
//! to another, its sites stand for other lines from then on: so whatever a thread remembers of a site
//! stays right, and no more sites are needed than the owners of one time have lines.

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

/// The number of a pair of owner and mark; below [`MAX_SITES`].
///
/// Kept as the distance of its number from the first in a [`PerSite`], in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(transparent)]
pub(in crate::memory) struct SiteId(u32);

impl SiteId {
    /// The number that no pair has.
    pub(in crate::memory) const NONE: Self = Self(0);

    /// The site at that distance, of which only the bits that a site has count.
    #[inline(always)]
    pub(in crate::memory) const fn from_distance(distance: u32) -> Self {
        Self(distance & (PerSite::<AtomicU64>::END - 1) & !7)
    }

    pub(in crate::memory) const fn from_index(index: usize) -> Option<Self> {
        if index < MAX_SITES {
            Some(Self((index * size_of::<u64>()) as u32))
        } else {
            None
        }
    }

    #[inline(always)]
    pub(in crate::memory) const fn distance(self) -> u32 {
        self.0
    }

    /// The place in a table of [`MAX_SITES`].
    #[inline(always)]
    pub(in crate::memory) const fn index(self) -> usize {
        let index = self.0 as usize / size_of::<u64>();
        // SAFETY: nobody makes one that is not below.
        unsafe { std::hint::assert_unchecked(index < MAX_SITES) };
        index
    }
}

/// Eight bytes for each site.
#[repr(transparent)]
pub(in crate::memory) struct PerSite<T>([T; MAX_SITES]);

impl<T> PerSite<T> {
    /// One more than the largest distance of a byte, in bytes.
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
        // SAFETY: the distance of a site is a multiple of eight, and below the end of a column.
        let cell = unsafe { start.byte_add(site.0 as usize) };
        // SAFETY: as above.
        unsafe { &*cell }
    }

    /// What there is for those sites, given by their indices.
    pub(in crate::memory) fn of(&self, sites: &Range<usize>) -> &[T] {
        &self.0[sites.clone()]
    }
}

/// The owner of each site, as a number; zero where there is none.
pub(super) type Owners = [AtomicU16; MAX_SITES];

const BUCKETS: usize = MAX_SITES;

/// What is known of all sites. Zero bytes are an empty table.
///
/// A hash table of chains, so that a pair can be taken out: only one thread at a time does, and others
/// that are in the midst of a chain at worst miss a pair and make it once more.
#[repr(C)]
struct Sites {
    marks: [AtomicPtr<Mark>; MAX_SITES],
    buckets: [AtomicU32; BUCKETS],
    /// The next in the same bucket.
    next: [AtomicU32; MAX_SITES],
    /// The next of the same owner.
    next_of_owner: [AtomicU32; MAX_SITES],
    first_of_owner: [AtomicU32; MAX_OWNERS],
    /// From which of an owner's sites on all are free, and how often that has changed.
    free_of_owner: [AtomicU64; MAX_OWNERS],
    /// What was counted at each site for owners that have ended.
    ended_bytes: [AtomicU64; MAX_SITES],
    ended_blocks: [AtomicU64; MAX_SITES],
}

/// The owner of each site; apart from [`Sites`] because every free reads it.
pub(in crate::memory) static OWNER_OF: Owners = [const { AtomicU16::new(0) }; MAX_SITES];
static SITES: AtomicPtr<Sites> = AtomicPtr::new(ptr::null_mut());
static NEXT: AtomicU32 = AtomicU32::new(FIRST);
/// Whether any site of a block had an owner that has ended.
static HAS_ENDED: [AtomicBool; MAX_SITES / CHUNK] =
    [const { AtomicBool::new(false) }; MAX_SITES / CHUNK];
/// Where the allocations of all sites go that have no number of their own any more.
const OVERFLOW: SiteId = SiteId(size_of::<u64>() as u32);
/// Where what is left goes of owners that have ended.
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

/// One more than the highest number in use.
pub(in crate::memory) fn end() -> usize {
    (NEXT.load(Acquire) as usize).min(MAX_SITES)
}

/// The number of the owner of a site; `None` if nobody was given that site.
#[inline(always)]
pub(in crate::memory) fn owner_of(site: SiteId) -> Option<NonZeroU16> {
    NonZeroU16::new(OWNER_OF[site.index()].load(Relaxed))
}

/// The mark of a site; `None` if no line is known.
pub(in crate::memory) fn mark_of(site: SiteId) -> Option<&'static Mark> {
    let mark = sites()?.marks[site.index()].load(Acquire);
    // SAFETY: marks are stored from `&'static Mark` or null.
    unsafe { mark.as_ref() }
}

/// The site of `owner` and `mark`, made if there is none.
///
/// Two marks of one line are one site: a line is one row, however many statements stand on it, and
/// it has the text of the first of them that allocated.
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
            // One made in vain, because another thread was faster, is unused until the owner ends.
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

/// Spreads pairs of owner and line over a power of two of places, those of one owner near each other.
fn spread(owner: OwnerId, mark: *const Mark) -> usize {
    // SAFETY: null, or made from a `&'static Mark`.
    let line = unsafe { mark.as_ref() }.map_or(0, |mark| {
        let place = (mark.line() as usize).wrapping_mul(0x9E37_79B1);
        let bytes = mark.file().bytes().map(usize::from);
        bytes.fold(place, |sum, byte| sum.wrapping_mul(31) ^ byte) % 4096
    });
    line.wrapping_add(usize::from(owner.number()).wrapping_mul(0x9E5))
}

/// Whether two marks stand for one line.
fn is_same_line(one: *const Mark, other: *const Mark) -> bool {
    // SAFETY: null, or made from a `&'static Mark`.
    let of_one = unsafe { one.as_ref() };
    // SAFETY: as above.
    let both = of_one.zip(unsafe { other.as_ref() });
    ptr::eq(one, other) || both.is_some_and(|(a, b)| a.line() == b.line() && a.file() == b.file())
}

/// A link to a site in a list; zero is the end of the list.
fn link(distance: u32) -> Option<SiteId> {
    (distance != 0).then_some(SiteId(distance))
}

impl Sites {
    /// The site of that pair in the chain that begins with `first`.
    fn find(&self, first: u32, owner: OwnerId, mark: *const Mark) -> Option<SiteId> {
        let chain = std::iter::successors(link(first), |site| {
            link(self.next[site.index()].load(Acquire))
        });
        // No chain is longer; one that another thread changes just now could seem to be.
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
        // Both are there before the number is: whoever finds it may free a block of it at once.
        // Release: a mark need not be a static, and whoever finds it reads what it says.
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

    /// A site that the number of `owner` had before, and that stands for no line now.
    fn take_free(&self, owner: OwnerId) -> Option<SiteId> {
        let free = &self.free_of_owner[owner.index()];
        let mut seen = free.load(Acquire);
        loop {
            let site = link(seen as u32)?;
            let next = self.next_of_owner[site.index()].load(Acquire);
            // The upper half changes each time, so that nobody takes an old list for a new one.
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

/// The sites of an owner, those included that stand for no line now.
pub(in crate::memory) fn of_owner(owner: OwnerId) -> impl Iterator<Item = SiteId> + Clone {
    let sites = sites();
    let first = sites.and_then(|sites| link(sites.first_of_owner[owner.index()].load(Acquire)));
    std::iter::successors(first, move |site| {
        link(sites?.next_of_owner[site.index()].load(Acquire))
    })
}

/// Has all sites of an owner that has ended stand for no line, so that its number can be given to
/// another one. Called by one thread at a time.
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
    /// Takes a site out of its chain, if it is there.
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

/// Counts what was allocated at a site, which lives no more, to those that have ended.
pub(in crate::memory) fn end_at(site: SiteId, bytes: u64, blocks: u64) {
    if let Some(sites) = sites() {
        HAS_ENDED[site.index() / CHUNK].store(true, Release);
        sites.ended_bytes[site.index()].store(bytes, Release);
        sites.ended_blocks[site.index()].store(blocks, Release);
    }
}

/// What was counted at these sites for owners that have ended, bytes and blocks; `None` if nothing.
///
/// The sites are of one block of columns.
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
