//! Sites: an owner and a line of the source.
//!
//! A [`Mark`] is a static that stands for one statement. Storing its address is all a statement
//! pays; the pair of owner and mark gets its number, the *site*, at the first allocation there.
//! Numbers are handed out once and never taken back, so a table may be read without a lock.

#![expect(
    unsafe_code,
    reason = "the table of all sites is a view of pages from the operating system"
)]

use std::ops::Range;
use std::ptr;
use std::sync::atomic::{
    AtomicPtr, AtomicU16, AtomicU32, AtomicU64,
    Ordering::{AcqRel, Acquire, Relaxed},
};

use super::counters::MAX_SITES;
use super::owner::OwnerId;
use super::pages;

/// One statement of the source, as a static.
///
/// ```
/// use sgn::memory::Mark;
///
/// static MARK: Mark = Mark::new("src/main.rs", 7, "let window = samples.to_vec();");
/// assert_eq!(MARK.line(), 7);
/// ```
///
/// Aligned so that its address spreads well over a thread's memory of sites.
#[derive(Debug)]
#[repr(align(64))]
pub struct Mark {
    file: &'static str,
    text: &'static str,
    function: &'static str,
    line: u32,
}

impl Mark {
    /// A mark for the statement `text` at `file`:`line`.
    #[must_use]
    pub const fn new(file: &'static str, line: u32, text: &'static str) -> Self {
        Self {
            file,
            text,
            function: "",
            line,
        }
    }

    /// The same mark, with the name of the function that holds the statement.
    #[must_use]
    pub const fn in_function(self, function: &'static str) -> Self {
        Self { function, ..self }
    }

    /// The file, as `file!()` gives it.
    #[must_use]
    pub const fn file(&self) -> &'static str {
        self.file
    }

    /// The line of the statement's first token, from one.
    #[must_use]
    pub const fn line(&self) -> u32 {
        self.line
    }

    /// The statement's text; empty if it is not known.
    #[must_use]
    pub const fn text(&self) -> &'static str {
        self.text
    }

    /// The function that holds the statement; empty if it is not known.
    #[must_use]
    pub const fn function(&self) -> &'static str {
        self.function
    }
}

/// The number of a pair of owner and mark; below [`MAX_SITES`].
///
/// Kept as the distance of its number from the first in a [`Column`], in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(transparent)]
pub(super) struct SiteId(u32);

impl SiteId {
    /// The number that no pair has.
    pub(super) const NONE: Self = Self(0);

    /// The site at that distance, of which only the bits that a site has count.
    #[inline(always)]
    pub(super) const fn from_distance(distance: u32) -> Self {
        Self(distance & (Column::<AtomicU64>::END - 1) & !7)
    }

    pub(super) const fn from_index(index: usize) -> Option<Self> {
        if index < MAX_SITES {
            Some(Self((index * size_of::<u64>()) as u32))
        } else {
            None
        }
    }

    #[inline(always)]
    pub(super) const fn distance(self) -> u32 {
        self.0
    }

    /// The place in a table of [`MAX_SITES`].
    #[inline(always)]
    pub(super) const fn index(self) -> usize {
        let index = self.0 as usize / size_of::<u64>();
        // SAFETY: nobody makes one that is not below.
        unsafe { std::hint::assert_unchecked(index < MAX_SITES) };
        index
    }
}

/// Eight bytes for each site.
#[repr(transparent)]
pub(super) struct Column<T>([T; MAX_SITES]);

impl<T> Column<T> {
    /// One more than the largest distance of a byte, in bytes.
    const END: u32 = {
        assert!(size_of::<T>() == size_of::<u64>());
        size_of::<Self>() as u32
    };

    pub(super) const fn new(all: [T; MAX_SITES]) -> Self {
        Self(all)
    }

    #[inline(always)]
    pub(super) const fn at(&self, site: SiteId) -> &T {
        const { assert!(size_of::<T>() == size_of::<u64>()) };
        let start = ptr::from_ref(self).cast::<T>();
        // SAFETY: the distance of a site is a multiple of eight, and below the end of a column.
        let cell = unsafe { start.byte_add(site.0 as usize) };
        // SAFETY: as above.
        unsafe { &*cell }
    }

    /// What there is for those sites, given by their indices.
    pub(super) fn of(&self, sites: &Range<usize>) -> &[T] {
        &self.0[sites.clone()]
    }
}

/// The owner of each site, as a number; zero where there is none.
pub(super) type Owners = [AtomicU16; MAX_SITES];

const SLOTS: usize = MAX_SITES * 2;

/// What is known of all sites. Zero bytes are an empty table.
#[repr(C)]
struct Sites {
    marks: [AtomicPtr<Mark>; MAX_SITES],
    slots: [AtomicU32; SLOTS],
}

/// The owner of each site; apart from [`Sites`] because every free reads it.
pub(super) static OWNER_OF: Owners = [const { AtomicU16::new(0) }; MAX_SITES];
static SITES: AtomicPtr<Sites> = AtomicPtr::new(ptr::null_mut());
static NEXT: AtomicU32 = AtomicU32::new(FIRST);
/// Where the allocations of all sites go that have no number of their own any more.
const OVERFLOW: SiteId = SiteId(size_of::<u64>() as u32);
const FIRST: u32 = 2;

/// Maps the table of sites; `false` if the system refuses.
pub(super) fn prepare() -> bool {
    if !SITES.load(Acquire).is_null() {
        return true;
    }
    let Some(fresh) = pages::map_forever(size_of::<Sites>()) else {
        return false;
    };
    OWNER_OF[OVERFLOW.index()].store(OwnerId::OVERFLOW.number(), Relaxed);
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
pub(super) fn end() -> usize {
    (NEXT.load(Acquire) as usize).min(MAX_SITES)
}

/// The owner of a site; `None` if nobody was given that number.
#[inline(always)]
pub(super) fn owner_of(site: SiteId) -> Option<OwnerId> {
    OwnerId::from_number(OWNER_OF[site.index()].load(Relaxed))
}

/// The mark of a site; `None` if no line is known.
pub(super) fn mark_of(site: SiteId) -> Option<&'static Mark> {
    let mark = sites()?.marks[site.index()].load(Acquire);
    // SAFETY: marks are stored from `&'static Mark` or null.
    unsafe { mark.as_ref() }
}

/// The site of `owner` and `mark`, made if there is none.
#[cold]
#[inline(never)]
pub(super) fn look_up(owner: OwnerId, mark: *const Mark) -> SiteId {
    let Some(sites) = sites() else {
        return OVERFLOW;
    };
    let mut made = None;
    let mut place = spread(owner, mark);
    for _ in 0..SLOTS {
        let slot = &sites.slots[place % SLOTS];
        let mut number = slot.load(Acquire);
        if number == 0 {
            let Some(fresh) = made.or_else(|| sites.make(owner, mark)) else {
                return OVERFLOW;
            };
            made = Some(fresh);
            match slot.compare_exchange(0, fresh.0, AcqRel, Acquire) {
                Ok(_) => return fresh,
                Err(other) => number = other,
            }
        }
        if sites.is(SiteId(number), owner, mark) {
            // A number made in vain, because another thread was faster, stays unused.
            return SiteId(number);
        }
        place = place.wrapping_add(1);
    }
    OVERFLOW
}

/// Spreads pairs of owner and mark over a power of two of places.
#[inline(always)]
fn spread(owner: OwnerId, mark: *const Mark) -> usize {
    (mark.addr() >> 6).wrapping_add(usize::from(owner.number()).wrapping_mul(0x9E5))
}

impl Sites {
    fn make(&self, owner: OwnerId, mark: *const Mark) -> Option<SiteId> {
        if end() == MAX_SITES {
            return None;
        }
        let site = SiteId::from_index(NEXT.fetch_add(1, AcqRel) as usize)?;
        // Both are there before the number is: whoever finds it may free a block of it at once.
        self.marks[site.index()].store(mark.cast_mut(), Relaxed);
        OWNER_OF[site.index()].store(owner.number(), Relaxed);
        Some(site)
    }

    fn is(&self, site: SiteId, owner: OwnerId, mark: *const Mark) -> bool {
        self.marks[site.index()].load(Relaxed).cast_const() == mark && owner_of(site) == Some(owner)
    }
}
