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
/// below 1 KiB, in a table of its own for larger ones; [`system`](Self::system) differs. Install it with
/// [`counting_allocator!`](crate::counting_allocator).
///
/// Not counted are blocks that are allocated while counting is off, blocks that do not come from
/// this allocator (C libraries), and the pages of the profiler, which
/// [`Snapshot::profiler_memory`](super::Snapshot::profiler_memory) tells. A `realloc` counts as the
/// free of the old block, at its owner, and the allocation of the new one, at the current owner.
///
/// # Cost
///
/// 37 instructions for an allocation of 64 bytes and its free while counting, 13 while not, and two
/// for the mark of a statement (`sgn/benches/memory.sh`); a thread beyond the 1024th at once has no
/// table of its own and pays about a microsecond.
/// Under Miri it hands on and counts nothing, because Miri rejects what lies past a block's end.
#[derive(Debug)]
pub struct CountingAllocator<A = System> {
    inner: A,
    /// Blocks of fewer bytes carry their tag past their end.
    trailer_below: usize,
}

impl<A> CountingAllocator<A> {
    /// An allocator that hands on to `inner`.
    #[must_use]
    pub const fn new(inner: A) -> Self {
        Self {
            inner,
            trailer_below: granule::GRANULE,
        }
    }
}

impl CountingAllocator {
    /// An allocator that hands on to the system's.
    ///
    /// Better than [`new`](Self::new) on Linux with glibc, where eight bytes more cost no memory in
    /// most blocks of any size, so that nearly every block carries its tag itself.
    #[must_use]
    pub const fn system() -> Self {
        Self {
            inner: System,
            trailer_below: if cfg!(all(target_os = "linux", target_env = "gnu")) {
                HUGE
            } else {
                granule::GRANULE
            },
        }
    }
}

impl Default for CountingAllocator {
    fn default() -> Self {
        Self::system()
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
        $crate::counting_allocator!(@install $crate::memory::CountingAllocator<::std::alloc::System>, system());
    };
    ($inner:path) => {
        $crate::counting_allocator!($inner = $inner);
    };
    ($type:ty = $inner:expr) => {
        $crate::counting_allocator!(@install $crate::memory::CountingAllocator<$type>, new($inner));
    };
    (@install $type:ty, $new:ident($($inner:expr)?)) => {
        const _: () = {
            #[global_allocator]
            static COUNTING_ALLOCATOR: $type = <$type>::$new($($inner)?);
        };
    };
}

/// Up to this alignment the system's allocator needs no choice between its functions.
const COMMON_ALIGN: usize = 8;

/// Where a tag past the end costs the least memory, blocks below this size have theirs there.
const HUGE: usize = 1 << 28;

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

// All of it takes its arguments in the order in which Rust's own functions are given them, so that
// they and each other can be jumped to without moving any. None is inlined into the program: there
// the compiler would have room for less, and a call instead of each access to a thread-local.
impl<A: GlobalAlloc> CountingAllocator<A> {
    /// Whether a block of `size` bytes carries its tag past its end.
    #[inline(always)]
    const fn has_trailer(&self, size: usize) -> bool {
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
    unsafe fn alloc_common(size: usize, align: usize, this: &Self) -> *mut u8 {
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
    unsafe fn alloc_zeroed_common(size: usize, align: usize, this: &Self) -> *mut u8 {
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
    unsafe fn dealloc_common(start: *mut u8, size: usize, align: usize, this: &Self) {
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
    unsafe fn realloc_common(
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

// SAFETY: every request goes to an allocator that keeps the contract, with a layout that differs
// from the caller's by eight more bytes at most, and the same one at birth, growth and end; what is
// written past the caller's block is inside the enlarged one. Nothing here unwinds.
#[cfg(not(miri))]
unsafe impl<A: GlobalAlloc> GlobalAlloc for CountingAllocator<A> {
    #[inline(always)]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's contract is ours.
        unsafe { Self::alloc_common(layout.size(), layout.align(), self) }
    }

    #[inline(always)]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's contract is ours.
        unsafe { Self::alloc_zeroed_common(layout.size(), layout.align(), self) }
    }

    #[inline(always)]
    unsafe fn dealloc(&self, start: *mut u8, layout: Layout) {
        // SAFETY: the caller's contract is ours.
        unsafe { Self::dealloc_common(start, layout.size(), layout.align(), self) }
    }

    #[inline(always)]
    unsafe fn realloc(&self, start: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        // SAFETY: the caller's contract is ours.
        unsafe { Self::realloc_common(start, layout.size(), layout.align(), new_size, self) }
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
