//! The allocator: forwards to another one and counts what succeeds.
//!
//! No lock, no instruction with a `lock` prefix once a thread is warm, no allocation, no panic.

#![expect(unsafe_code, reason = "the one implementation of `GlobalAlloc`")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::AtomicI64;

use super::current::Charge;
use super::tag::Tag;
use super::{corrupted, counters, current, granule, switch, trailer};

/// A global allocator that knows the owner of every byte.
///
/// It hands every request on to `A` and keeps eight bytes for each block: at the end of a block
/// below 1 KiB, in a table of its own for larger ones. Install it with
/// [`counting_allocator!`](crate::counting_allocator).
///
/// Not counted are blocks that are allocated while counting is off, blocks that do not come from
/// this allocator (C libraries, and the handle of 48 bytes that the standard library asks the system
/// for when a thread starts), and the pages of the profiler, which
/// [`Snapshot::profiler_memory`](super::Snapshot::profiler_memory) tells. A `realloc` counts as the
/// free of the old block, at its owner, and the allocation of the new one, at the current owner.
///
/// # Cost
///
/// 37 instructions for an allocation of 64 bytes and its free while counting, 13 while not, and two
/// for the mark of a statement (`sgn/benches/memory.sh`); a thread beyond the 1024th at once has no
/// table of its own and pays about a microsecond.
/// Under Miri it hands on and counts nothing, because Miri rejects what lies past a block's end.
#[derive(Debug, Default)]
pub struct CountingAllocator<A = System> {
    inner: A,
}

impl<A> CountingAllocator<A> {
    /// An allocator that hands on to `inner`.
    #[must_use]
    pub const fn new(inner: A) -> Self {
        Self { inner }
    }
}

/// Installs the [`CountingAllocator`] as the global allocator.
///
/// Without argument it hands on to the system's allocator; any other is given as the name of a unit
/// struct, or as a type and an expression.
///
/// ```
/// #![forbid(unsafe_code)]
/// sgn::counting_allocator!();
///
/// fn main() {
///     assert!(sgn::memory::is_installed());
/// }
/// ```
///
/// ```
/// struct Arena;
/// # unsafe impl std::alloc::GlobalAlloc for Arena {
/// #     unsafe fn alloc(&self, layout: std::alloc::Layout) -> *mut u8 {
/// #         unsafe { std::alloc::System.alloc(layout) }
/// #     }
/// #     unsafe fn dealloc(&self, start: *mut u8, layout: std::alloc::Layout) {
/// #         unsafe { std::alloc::System.dealloc(start, layout) }
/// #     }
/// # }
/// sgn::counting_allocator!(Arena);
/// # fn main() {}
/// ```
///
/// ```
/// sgn::counting_allocator!(std::alloc::System = std::alloc::System);
/// # fn main() {}
/// ```
#[macro_export]
macro_rules! counting_allocator {
    () => {
        $crate::counting_allocator!(::std::alloc::System = ::std::alloc::System);
    };
    ($inner:path) => {
        $crate::counting_allocator!($inner = $inner);
    };
    ($type:ty = $inner:expr) => {
        const _: () = {
            #[global_allocator]
            static COUNTING_ALLOCATOR: $crate::memory::CountingAllocator<$type> =
                $crate::memory::CountingAllocator::new($inner);
        };
    };
}

/// Whether a block of `size` bytes carries its tag past its end.
#[inline(always)]
const fn is_small(size: usize) -> bool {
    size < granule::GRANULE
}

/// The layout asked of the inner allocator for a small block.
#[inline(always)]
fn with_trailer(layout: Layout) -> Layout {
    // SAFETY: the size is below 1 KiB and, as of any layout with a byte, rounding it up to the
    // alignment does not overflow; eight bytes more can only cross a multiple of an alignment that
    // is smaller than 2 KiB.
    unsafe { Layout::from_size_align_unchecked(layout.size() + size_of::<Tag>(), layout.align()) }
}

/// The tag for a new block of `size` bytes, which is counted if anything is.
#[inline(always)]
fn born(size: usize) -> Tag {
    if !switch::surely_on() && (switch::surely_off() || !switch::on()) {
        return Tag::NOT_COUNTED;
    }
    match current::charge(size) {
        Charge::Counted(tag) => tag,
        Charge::Peaked(tag, headroom) => {
            counters::peaked(headroom);
            tag
        }
        Charge::Unknown => current::charge_unknown(size),
    }
}

/// Counts the end of a block of `size` bytes that was born with `tag`.
#[inline(always)]
fn died(tag: Tag, size: usize) {
    if !current::credit(tag, size) {
        current::credit_unprepared(tag, size);
    }
}

/// Counts a new block and keeps its tag.
///
/// # Safety
///
/// `start` is a block of `size` bytes, fresh from the inner allocator, with room for the trailer if
/// it is small.
#[inline(always)]
unsafe fn note_birth(start: *mut u8, size: usize) {
    if is_small(size) {
        // SAFETY: the caller promises the room.
        unsafe { trailer::write(start, size, born(size)) }
    } else if let Some(place) = granule::place(start) {
        granule::store(place, born(size));
    } else if switch::on() {
        corrupted::note_unplaced(size);
    }
}

/// Does [`note_birth`] when it is not just a few stores.
///
/// Hands `start` through, so that the common path ends with a jump and saves no register for it.
///
/// # Safety
///
/// As [`note_birth`].
#[inline(never)]
unsafe fn note_uncommon_birth(start: *mut u8, size: usize) -> *mut u8 {
    // SAFETY: the caller promises the same.
    unsafe { note_birth(start, size) };
    start
}

/// Writes the tag of a small block that makes a new peak, as [`note_uncommon_birth`] does.
///
/// # Safety
///
/// `start` is a small block of `size` bytes, fresh from the inner allocator, with its trailer.
#[inline(never)]
unsafe fn note_peak(start: *mut u8, size: usize, tag: Tag, headroom: &AtomicI64) -> *mut u8 {
    counters::peaked(headroom);
    // SAFETY: the caller promises the room.
    unsafe { trailer::write(start, size, tag) };
    start
}

/// The tag of a live block.
///
/// # Safety
///
/// `start` is a live block of `size` bytes that came from this allocator.
#[inline(always)]
unsafe fn tag_of(start: *mut u8, size: usize) -> Tag {
    if is_small(size) {
        // SAFETY: a small block of this allocator has its trailer there.
        unsafe { trailer::read(start, size) }
    } else {
        granule::known_place(start).map_or(Tag::NOT_COUNTED, granule::load)
    }
}

/// The layout of a block as the inner allocator knows it.
#[inline(always)]
fn inner_layout(layout: Layout) -> Layout {
    if is_small(layout.size()) {
        with_trailer(layout)
    } else {
        layout
    }
}

impl<A: GlobalAlloc> CountingAllocator<A> {
    /// # Safety
    ///
    /// As [`GlobalAlloc::alloc`].
    #[inline(never)]
    unsafe fn alloc_large(&self, layout: Layout) -> *mut u8 {
        let size = layout.size();
        // SAFETY: the caller's contract is ours.
        let start = unsafe { self.inner.alloc(layout) };
        if start.is_null() {
            return start;
        }
        let Some(place) = granule::known_place(start) else {
            // SAFETY: the block is fresh, of this size, and not small.
            return unsafe { note_uncommon_birth(start, size) };
        };
        if switch::surely_off() {
            granule::store(place, Tag::NOT_COUNTED);
            return start;
        }
        if !switch::surely_on() {
            // SAFETY: the block is fresh, of this size, and not small.
            return unsafe { note_uncommon_birth(start, size) };
        }
        match current::charge(size) {
            Charge::Counted(tag) => granule::store(place, tag),
            Charge::Peaked(tag, headroom) => {
                granule::store(place, tag);
                counters::peaked(headroom);
            }
            // SAFETY: the block is fresh, of this size, and not small.
            Charge::Unknown => return unsafe { note_uncommon_birth(start, size) },
        }
        start
    }

    /// # Safety
    ///
    /// As [`GlobalAlloc::alloc`], for a block that is small.
    #[inline(never)]
    unsafe fn alloc_aligned(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the enlarged layout has a byte.
        let start = unsafe { self.inner.alloc(inner_layout(layout)) };
        if !start.is_null() {
            // SAFETY: the block is fresh and of this size.
            unsafe { note_birth(start, layout.size()) };
        }
        start
    }

    /// # Safety
    ///
    /// As [`GlobalAlloc::dealloc`], for a block that is not small.
    #[inline(never)]
    unsafe fn dealloc_large(&self, start: *mut u8, layout: Layout) {
        let tag = granule::known_place(start).map_or(Tag::NOT_COUNTED, granule::load);
        if !current::credit(tag, layout.size()) {
            // SAFETY: the caller hands back a block, and this is its tag.
            return unsafe { self.dealloc_unprepared(start, layout, tag) };
        }
        // SAFETY: large blocks are allocated with the caller's layout.
        unsafe { self.inner.dealloc(start, layout) }
    }

    /// # Safety
    ///
    /// As [`GlobalAlloc::dealloc`], for a block that has this tag.
    #[cold]
    #[inline(never)]
    unsafe fn dealloc_unprepared(&self, start: *mut u8, layout: Layout, tag: Tag) {
        current::credit_unprepared(tag, layout.size());
        // SAFETY: this is the layout it was allocated with.
        unsafe { self.inner.dealloc(start, inner_layout(layout)) }
    }
}

// SAFETY: every request goes to an allocator that keeps the contract, with a layout that differs
// from the caller's by eight more bytes at most, and the same one at birth, growth and end; what is
// written past the caller's block is inside the enlarged one. Nothing here unwinds.
#[cfg(not(miri))]
unsafe impl<A: GlobalAlloc> GlobalAlloc for CountingAllocator<A> {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let size = layout.size();
        if !is_small(size) {
            // SAFETY: the caller's contract is ours.
            return unsafe { self.alloc_large(layout) };
        }
        // Below this alignment the system's allocator needs no choice between its functions.
        if layout.align() > size_of::<Tag>() {
            // SAFETY: the caller's contract is ours.
            return unsafe { self.alloc_aligned(layout) };
        }
        // SAFETY: the enlarged layout has a byte.
        let start = unsafe { self.inner.alloc(with_trailer(layout)) };
        if start.is_null() {
            return start;
        }
        let tag = if switch::surely_on() {
            match current::charge(size) {
                Charge::Counted(tag) => tag,
                // SAFETY: the block was enlarged by a trailer.
                Charge::Peaked(tag, peak) => return unsafe { note_peak(start, size, tag, peak) },
                // SAFETY: the block was enlarged by a trailer.
                Charge::Unknown => return unsafe { note_uncommon_birth(start, size) },
            }
        } else if switch::surely_off() {
            Tag::NOT_COUNTED
        } else {
            // SAFETY: the block was enlarged by a trailer.
            return unsafe { note_uncommon_birth(start, size) };
        };
        // SAFETY: the block was enlarged by a trailer.
        unsafe { trailer::write(start, size, tag) };
        start
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the enlarged layout has a byte.
        let start = unsafe { self.inner.alloc_zeroed(inner_layout(layout)) };
        if !start.is_null() {
            // SAFETY: the block is fresh and of this size.
            unsafe { note_birth(start, layout.size()) };
        }
        start
    }

    #[inline]
    unsafe fn dealloc(&self, start: *mut u8, layout: Layout) {
        if !is_small(layout.size()) {
            // SAFETY: the caller's contract is ours.
            return unsafe { self.dealloc_large(start, layout) };
        }
        // SAFETY: a small block of this allocator has its trailer there.
        let tag = unsafe { trailer::read(start, layout.size()) };
        if !current::credit(tag, layout.size()) {
            // SAFETY: the caller hands back a block, and this is its tag.
            return unsafe { self.dealloc_unprepared(start, layout, tag) };
        }
        // SAFETY: this is the layout it was allocated with.
        unsafe { self.inner.dealloc(start, with_trailer(layout)) }
    }

    #[inline]
    unsafe fn realloc(&self, start: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        // Read before the block moves: another thread may get its place at once.
        // SAFETY: the caller hands in a block of ours with its layout.
        let tag = unsafe { tag_of(start, layout.size()) };
        let extra = if is_small(new_size) {
            size_of::<Tag>()
        } else {
            0
        };
        // SAFETY: this is the layout it was allocated with; the new size is not zero, and the
        // eight bytes are added only to sizes below 1 KiB.
        let moved = unsafe {
            self.inner
                .realloc(start, inner_layout(layout), new_size + extra)
        };
        if !moved.is_null() {
            died(tag, layout.size());
            // SAFETY: the block now has the new size, and room for the trailer if it is small.
            unsafe { note_birth(moved, new_size) };
        }
        moved
    }
}

// SAFETY: every request is handed on as it is.
#[cfg(miri)]
unsafe impl<A: GlobalAlloc> GlobalAlloc for CountingAllocator<A> {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's contract is ours.
        unsafe { self.inner.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's contract is ours.
        unsafe { self.inner.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, start: *mut u8, layout: Layout) {
        // SAFETY: the caller's contract is ours.
        unsafe { self.inner.dealloc(start, layout) }
    }

    unsafe fn realloc(&self, start: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        // SAFETY: the caller's contract is ours.
        unsafe { self.inner.realloc(start, layout, new_size) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_trailer_overflows_no_layout() {
        for align in (0..usize::BITS - 1).map(|bits| 1_usize << bits) {
            for size in [1, 8, granule::GRANULE - 1] {
                let layout = Layout::from_size_align(size, align).expect("a layout");
                let larger = with_trailer(layout);
                assert!(
                    Layout::from_size_align(larger.size(), align).is_ok(),
                    "{size} {align}"
                );
            }
        }
    }

    #[test]
    fn large_layouts_stay_as_they_are() {
        let largest = Layout::from_size_align(isize::MAX as usize, 1).expect("a layout");
        assert_eq!(inner_layout(largest), largest);
    }
}
