//! The allocator: forwards to another one and counts what succeeds.
//!
//! No lock, no instruction with a `lock` prefix once a thread is warm, no allocation, no panic.

#![expect(unsafe_code, reason = "the one implementation of `GlobalAlloc`")]

use std::alloc::{GlobalAlloc, Layout, System};

use super::tag::{Birth, Tag};
use super::{corrupted, current, granule, switch};

/// A global allocator that knows the owner of every byte.
///
/// It hands every request on to `A` and keeps eight bytes for each block: at the end of a block
/// below 1 KiB, in a table of its own for larger ones. Install it with
/// [`counting_allocator!`](crate::counting_allocator).
///
/// Not counted are blocks that are allocated while counting is off, blocks that do not come from
/// this allocator (C libraries), and the pages of the profiler, which
/// [`Snapshot::profiler_memory`](super::Snapshot::profiler_memory) tells. A `realloc` counts as the
/// free of the old block, at its owner, and the allocation of the new one, at the current owner.
///
/// # Cost
///
/// About 25 instructions for an allocation and its free while counting, and about 15 while not.
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

/// Where the tag of a small block lies: anywhere, so it is never assumed to be aligned.
#[repr(C, packed)]
#[derive(Clone, Copy)]
struct Unaligned(u64);

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

/// Writes the tag past the end of a small block.
///
/// # Safety
///
/// `start` was allocated with the layout [`with_trailer`] of a block of `size` bytes.
#[inline(always)]
unsafe fn write_trailer(start: *mut u8, size: usize, tag: Tag) {
    let place = start.wrapping_add(size).cast::<Unaligned>();
    // SAFETY: the enlarged block has eight more bytes than `size`. Volatile, because the compiler
    // takes the block that leaves `alloc` for one of exactly `size` bytes.
    unsafe { place.write_volatile(Unaligned(tag.bits())) }
}

/// Reads the tag past the end of a small block.
///
/// # Safety
///
/// `start` is a live block of `size` bytes, allocated with the layout [`with_trailer`].
#[inline(always)]
unsafe fn read_trailer(start: *mut u8, size: usize) -> Tag {
    let place = start.wrapping_add(size).cast::<Unaligned>();
    // SAFETY: the enlarged block has eight more bytes than `size`. Volatile as in `write_trailer`.
    let Unaligned(bits) = unsafe { place.read_volatile() };
    Tag::from_bits(bits)
}

/// Counts a new block and writes its tag.
///
/// # Safety
///
/// `start` is a block of `size` bytes, fresh from the inner allocator, with room for the trailer if
/// it is small.
#[inline(always)]
unsafe fn born(start: *mut u8, size: usize) {
    if is_small(size) {
        let tag = if switch::on() {
            current::charge(size)
        } else {
            Tag::NOT_COUNTED
        };
        // SAFETY: the caller says so.
        unsafe { write_trailer(start, size, tag) }
    } else if let Some(place) = granule::place(start) {
        let tag = if switch::on() {
            current::charge(size)
        } else {
            Tag::NOT_COUNTED
        };
        granule::store(place, tag);
    } else if switch::on() {
        corrupted::note_unplaced(size);
    }
}

/// Counts the end of a block whose tag was read.
#[inline(always)]
fn died(tag: Tag, size: usize) {
    match tag.birth() {
        Birth::Counted(site, owner) => current::credit(site, owner, size),
        Birth::NotCounted => {}
        Birth::Corrupted => corrupted::note(size),
    }
}

/// The tag of a live block.
///
/// # Safety
///
/// `start` is a live block of `size` bytes that came from this allocator.
#[inline(always)]
unsafe fn tag_of(start: *mut u8, size: usize) -> Tag {
    if is_small(size) {
        // SAFETY: the caller says so.
        unsafe { read_trailer(start, size) }
    } else {
        granule::place(start).map_or(Tag::NOT_COUNTED, granule::load)
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

// SAFETY: every request goes to an allocator that keeps the contract, with a layout that differs
// from the caller's by eight more bytes at most, and the same one at birth, growth and end; what is
// written past the caller's block is inside the enlarged one. Nothing here unwinds.
#[cfg(not(miri))]
unsafe impl<A: GlobalAlloc> GlobalAlloc for CountingAllocator<A> {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the enlarged layout has a byte.
        let start = unsafe { self.inner.alloc(inner_layout(layout)) };
        if !start.is_null() {
            // SAFETY: the block is fresh and of this size.
            unsafe { born(start, layout.size()) };
        }
        start
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the enlarged layout has a byte.
        let start = unsafe { self.inner.alloc_zeroed(inner_layout(layout)) };
        if !start.is_null() {
            // SAFETY: the block is fresh and of this size.
            unsafe { born(start, layout.size()) };
        }
        start
    }

    #[inline]
    unsafe fn dealloc(&self, start: *mut u8, layout: Layout) {
        // SAFETY: the caller hands back a block of ours with its layout.
        let tag = unsafe { tag_of(start, layout.size()) };
        died(tag, layout.size());
        // SAFETY: this is the layout it was allocated with.
        unsafe { self.inner.dealloc(start, inner_layout(layout)) }
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
            unsafe { born(moved, new_size) };
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
