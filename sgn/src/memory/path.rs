//! The path of an allocation, a free, and a growth: what every program pays for.
//!
//! A function for each, of what is common, and one of what is not. All take their arguments in the
//! order in which Rust's own functions are given them, so that they and each other can be jumped to
//! without moving any. None is inlined into the program: there the compiler would have room for
//! less, and a call instead of each access to a thread-local.

#![expect(
    unsafe_code,
    reason = "asks for larger blocks and writes past the end of the caller's"
)]

use std::alloc::{GlobalAlloc, Layout};
use std::sync::atomic::AtomicI64;

use super::allocator::CountingAllocator;
use super::current::Charge;
use super::tag::Tag;
use super::{corrupted, counters, current, granule, switch, trailer};

/// Up to this alignment the system's allocator needs no choice between its functions.
const COMMON_ALIGN: usize = 8;

/// Where a tag past the end costs the least memory, blocks below this size have theirs there.
pub(super) const HUGE: usize = 1 << 28;

/// The layout asked of the inner allocator for a block with a trailer.
#[inline(always)]
fn with_trailer(layout: Layout) -> Layout {
    // SAFETY: the size is below `HUGE`, and an alignment at most half of all addresses: their sum,
    // with eight more bytes, is one that a layout may have.
    unsafe { Layout::from_size_align_unchecked(layout.size() + size_of::<Tag>(), layout.align()) }
}

/// Does what [`settle`] leaves, and hands `start` through.
///
/// So the common path ends with a jump and saves no register for it.
///
/// # Safety
///
/// As [`settle`].
#[inline(never)]
unsafe fn settle_unknown(start: *mut u8, size: usize) -> *mut u8 {
    // SAFETY: the caller promises the room.
    unsafe { trailer::write(start, size, current::charge_unknown(size)) };
    start
}

/// Writes the tag of a block that makes a new peak, and hands `start` through.
///
/// # Safety
///
/// As [`settle`].
#[inline(never)]
unsafe fn settle_peak(start: *mut u8, size: usize, tag: Tag, headroom: &AtomicI64) -> *mut u8 {
    counters::peaked(headroom);
    // SAFETY: the caller promises the room.
    unsafe { trailer::write(start, size, tag) };
    start
}

/// Counts a new block with a trailer and writes its tag; hands `start` through.
///
/// # Safety
///
/// `start` is null, or a block of `size` bytes fresh from the inner allocator, with its trailer.
#[inline(always)]
unsafe fn settle(start: *mut u8, size: usize) -> *mut u8 {
    if start.is_null() {
        return start;
    }
    let tag = match current::charge(size) {
        Charge::Counted(tag) => tag,
        Charge::NotCounted => {
            // SAFETY: the caller promises the trailer.
            unsafe { trailer::write_not_counted(start, size) };
            return start;
        }
        // SAFETY: the caller promises the trailer.
        Charge::Peaked(tag, headroom) => return unsafe { settle_peak(start, size, tag, headroom) },
        // SAFETY: the caller promises the trailer.
        Charge::Unknown => return unsafe { settle_unknown(start, size) },
    };
    // SAFETY: the caller promises the trailer.
    unsafe { trailer::write(start, size, tag) };
    start
}

/// Counts a new block whose tag is in the table, and writes that.
#[inline(always)]
fn settle_in_table(start: *mut u8, size: usize) {
    let Some(place) = granule::known_place(start).or_else(|| granule::place(start)) else {
        if switch::on() {
            corrupted::note_unplaced(size);
        }
        return;
    };
    match current::charge(size) {
        Charge::Counted(tag) => granule::store(place, tag),
        Charge::NotCounted => granule::store(place, Tag::NOT_COUNTED),
        Charge::Peaked(tag, headroom) => {
            granule::store(place, tag);
            counters::peaked(headroom);
        }
        Charge::Unknown => granule::store(place, current::charge_unknown(size)),
    }
}

/// Counts the end of a block of `size` bytes that was born with `tag`.
#[inline(always)]
fn died(tag: Tag, size: usize) {
    if !current::credit(tag, size) {
        current::credit_unprepared(tag, size);
    }
}

impl<A: GlobalAlloc> CountingAllocator<A> {
    /// Whether a block of `size` bytes carries its tag past its end.
    #[inline(always)]
    const fn has_trailer(&self, size: usize) -> bool {
        // So that the compiler sees that a size with its trailer neither overflows nor is below a
        // common alignment: the system's allocator asks for both, five instructions a pair.
        // SAFETY: there are two constructors; one sets a granule, the other `HUGE`.
        unsafe { std::hint::assert_unchecked(self.trailer_below <= HUGE) };
        size < self.trailer_below
    }

    /// The layout of a block as the inner allocator knows it.
    #[inline(always)]
    fn inner_layout(&self, layout: Layout) -> Layout {
        if self.has_trailer(layout.size()) {
            with_trailer(layout)
        } else {
            layout
        }
    }

    /// The tag of a live block.
    ///
    /// # Safety
    ///
    /// `start` is a live block of `size` bytes that came from this allocator.
    #[inline(always)]
    unsafe fn tag_of(&self, start: *mut u8, size: usize) -> Tag {
        if self.has_trailer(size) {
            // SAFETY: the tag was written when the block was allocated.
            unsafe { trailer::read(start, size) }
        } else {
            granule::known_place(start).map_or(Tag::NOT_COUNTED, granule::load)
        }
    }

    /// Counts a new block and keeps its tag; hands `start` through.
    ///
    /// # Safety
    ///
    /// `start` is null, or a block of `size` bytes, fresh from the inner allocator, with the trailer
    /// that its size asks for.
    #[inline(always)]
    unsafe fn settle_any(&self, start: *mut u8, size: usize) -> *mut u8 {
        if self.has_trailer(size) {
            // SAFETY: the caller promises the trailer.
            return unsafe { settle(start, size) };
        }
        if !start.is_null() {
            settle_in_table(start, size);
        }
        start
    }

    /// # Safety
    ///
    /// As [`GlobalAlloc::alloc`].
    #[inline(never)]
    pub(super) unsafe fn alloc_common(size: usize, align: usize, this: &Self) -> *mut u8 {
        if !this.has_trailer(size) {
            // SAFETY: the caller's contract is ours.
            return unsafe { Self::alloc_uncommon(size, align, this) };
        }
        if align > COMMON_ALIGN {
            // SAFETY: the caller's contract is ours.
            return unsafe { Self::alloc_aligned(size, align, this) };
        }
        // SAFETY: the two come from a layout.
        let layout = unsafe { Layout::from_size_align_unchecked(size, align) };
        // SAFETY: the enlarged layout has a byte.
        let start = unsafe { this.inner.alloc(with_trailer(layout)) };
        // SAFETY: the block was enlarged by a trailer.
        unsafe { settle(start, size) }
    }

    /// # Safety
    ///
    /// As [`GlobalAlloc::alloc_zeroed`].
    #[inline(never)]
    pub(super) unsafe fn alloc_zeroed_common(size: usize, align: usize, this: &Self) -> *mut u8 {
        if !this.has_trailer(size) {
            // SAFETY: the caller's contract is ours.
            return unsafe { Self::alloc_zeroed_uncommon(size, align, this) };
        }
        if align > COMMON_ALIGN {
            // SAFETY: the caller's contract is ours.
            return unsafe { Self::alloc_zeroed_aligned(size, align, this) };
        }
        // SAFETY: the two come from a layout.
        let layout = unsafe { Layout::from_size_align_unchecked(size, align) };
        // SAFETY: the enlarged layout has a byte.
        let start = unsafe { this.inner.alloc_zeroed(with_trailer(layout)) };
        // SAFETY: the block was enlarged by a trailer.
        unsafe { settle(start, size) }
    }

    /// # Safety
    ///
    /// As [`GlobalAlloc::dealloc`].
    #[inline(never)]
    pub(super) unsafe fn dealloc_common(start: *mut u8, size: usize, align: usize, this: &Self) {
        if !this.has_trailer(size) {
            // SAFETY: the caller's contract is ours.
            return unsafe { Self::dealloc_uncommon(start, size, align, this) };
        }
        // SAFETY: the tag was written when the block was allocated.
        if !current::credit(unsafe { trailer::read(start, size) }, size) {
            // SAFETY: the caller's contract is ours, and nothing was credited.
            return unsafe { Self::dealloc_uncommon(start, size, align, this) };
        }
        // SAFETY: the two come from a layout.
        let layout = unsafe { Layout::from_size_align_unchecked(size, align) };
        // SAFETY: this is the layout it was allocated with.
        unsafe { this.inner.dealloc(start, with_trailer(layout)) }
    }

    /// # Safety
    ///
    /// As [`GlobalAlloc::realloc`].
    #[inline(never)]
    pub(super) unsafe fn realloc_common(
        start: *mut u8,
        size: usize,
        align: usize,
        new_size: usize,
        this: &Self,
    ) -> *mut u8 {
        if !this.has_trailer(size) || !this.has_trailer(new_size) {
            // SAFETY: the caller's contract is ours.
            return unsafe { Self::realloc_uncommon(start, size, align, new_size, this) };
        }
        if align > COMMON_ALIGN {
            // SAFETY: the caller's contract is ours.
            return unsafe { Self::realloc_aligned(start, size, align, new_size, this) };
        }
        // Read before the block moves: another thread may get its place at once.
        // SAFETY: the tag was written when the block was allocated.
        let tag = unsafe { trailer::read(start, size) };
        // SAFETY: the two come from a layout.
        let layout = unsafe { Layout::from_size_align_unchecked(size, align) };
        let new_inner_size = new_size + size_of::<Tag>();
        // SAFETY: this is the layout it was allocated with; the new size is not zero, and below
        // `HUGE` before it is enlarged.
        let moved = unsafe {
            this.inner
                .realloc(start, with_trailer(layout), new_inner_size)
        };
        if moved.is_null() {
            return moved;
        }
        died(tag, size);
        // SAFETY: the block now has the new size and room for the trailer.
        unsafe { settle(moved, new_size) }
    }

    /// Apart from `alloc_uncommon`, and cold, so that the two conditions are not computed into one.
    ///
    /// # Safety
    ///
    /// As [`GlobalAlloc::alloc`].
    #[cold]
    #[inline(never)]
    unsafe fn alloc_aligned(size: usize, align: usize, this: &Self) -> *mut u8 {
        // SAFETY: the caller's contract is ours.
        unsafe { Self::alloc_uncommon(size, align, this) }
    }

    /// Apart from `alloc_zeroed_uncommon`, and cold, so that the two conditions are not computed into one.
    ///
    /// # Safety
    ///
    /// As [`GlobalAlloc::alloc_zeroed`].
    #[cold]
    #[inline(never)]
    unsafe fn alloc_zeroed_aligned(size: usize, align: usize, this: &Self) -> *mut u8 {
        // SAFETY: the caller's contract is ours.
        unsafe { Self::alloc_zeroed_uncommon(size, align, this) }
    }

    /// Apart from `realloc_uncommon`, and cold, so that the two conditions are not computed into one.
    ///
    /// # Safety
    ///
    /// As [`GlobalAlloc::realloc`].
    #[cold]
    #[inline(never)]
    unsafe fn realloc_aligned(
        start: *mut u8,
        size: usize,
        align: usize,
        new_size: usize,
        this: &Self,
    ) -> *mut u8 {
        // SAFETY: the caller's contract is ours.
        unsafe { Self::realloc_uncommon(start, size, align, new_size, this) }
    }

    /// # Safety
    ///
    /// As [`GlobalAlloc::alloc`].
    #[inline(never)]
    unsafe fn alloc_uncommon(size: usize, align: usize, this: &Self) -> *mut u8 {
        // SAFETY: the two come from a layout.
        let layout = unsafe { Layout::from_size_align_unchecked(size, align) };
        // SAFETY: the caller's contract is ours.
        let start = unsafe { this.inner.alloc(this.inner_layout(layout)) };
        // SAFETY: the block is fresh and of this size.
        unsafe { this.settle_any(start, size) }
    }

    /// # Safety
    ///
    /// As [`GlobalAlloc::alloc_zeroed`].
    #[inline(never)]
    unsafe fn alloc_zeroed_uncommon(size: usize, align: usize, this: &Self) -> *mut u8 {
        // SAFETY: the two come from a layout.
        let layout = unsafe { Layout::from_size_align_unchecked(size, align) };
        // SAFETY: the caller's contract is ours.
        let start = unsafe { this.inner.alloc_zeroed(this.inner_layout(layout)) };
        // SAFETY: the block is fresh and of this size.
        unsafe { this.settle_any(start, size) }
    }

    /// # Safety
    ///
    /// As [`GlobalAlloc::dealloc`].
    #[inline(never)]
    unsafe fn dealloc_uncommon(start: *mut u8, size: usize, align: usize, this: &Self) {
        // SAFETY: the two come from a layout.
        let layout = unsafe { Layout::from_size_align_unchecked(size, align) };
        // SAFETY: the caller hands back a block of ours.
        died(unsafe { this.tag_of(start, size) }, size);
        // SAFETY: this is the layout it was allocated with.
        unsafe { this.inner.dealloc(start, this.inner_layout(layout)) }
    }

    /// # Safety
    ///
    /// As [`GlobalAlloc::realloc`].
    #[inline(never)]
    unsafe fn realloc_uncommon(
        start: *mut u8,
        size: usize,
        align: usize,
        new_size: usize,
        this: &Self,
    ) -> *mut u8 {
        // SAFETY: the two come from a layout.
        let layout = unsafe { Layout::from_size_align_unchecked(size, align) };
        // Read before the block moves: another thread may get its place at once.
        // SAFETY: the caller hands in a block of ours with its layout.
        let tag = unsafe { this.tag_of(start, size) };
        let extra = if this.has_trailer(new_size) {
            size_of::<Tag>()
        } else {
            0
        };
        let old = this.inner_layout(layout);
        // SAFETY: this is the layout it was allocated with; the new size is not zero, and the
        // eight bytes are added only to sizes below `HUGE`.
        let moved = unsafe { this.inner.realloc(start, old, new_size + extra) };
        if !moved.is_null() {
            died(tag, size);
        }
        // SAFETY: the block now has the new size, and room for the trailer if that asks for one.
        unsafe { this.settle_any(moved, new_size) }
    }
}

#[cfg(test)]
mod tests {
    use std::alloc::System;

    use super::*;

    #[test]
    fn the_trailer_overflows_no_layout() {
        for align in (0..usize::BITS - 1).map(|bits| 1_usize << bits) {
            for size in [1, 8, granule::GRANULE - 1, HUGE - 1] {
                let Ok(layout) = Layout::from_size_align(size, align) else {
                    continue;
                };
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
        assert_eq!(CountingAllocator::system().inner_layout(largest), largest);
        assert_eq!(
            CountingAllocator::new(System).inner_layout(largest),
            largest
        );
    }
}
