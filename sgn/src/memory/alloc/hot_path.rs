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

use std::sync::atomic::AtomicI64;

use crate::memory::alloc::backend::Backend;
use crate::memory::alloc::record::{self, Charge};
use crate::memory::alloc::side_table;
use crate::memory::alloc::trailer;
use crate::memory::id::anomalies;
use crate::memory::id::tag::Tag;
use crate::memory::mode;
use crate::memory::thread::shard;

/// Up to this alignment no allocator needs to be asked for it: a block with its trailer is larger.
const COMMON_ALIGN: usize = 8;

/// What a trailer adds to the size of a block.
const TRAILER: usize = size_of::<Tag>();

/// Does what [`record_alloc`] leaves, and hands `start` through.
///
/// So the common path ends with a jump and saves no register for it.
///
/// # Safety
///
/// As [`record_alloc`].
#[inline(never)]
unsafe fn record_alloc_slow(start: *mut u8, size: usize) -> *mut u8 {
    // SAFETY: the caller promises the room.
    unsafe { trailer::write(start, size, record::count_alloc_slow(size)) };
    start
}

/// Writes the tag of a block that makes a new peak, and hands `start` through.
///
/// # Safety
///
/// As [`record_alloc`].
#[inline(never)]
unsafe fn record_alloc_peak(
    start: *mut u8,
    size: usize,
    tag: Tag,
    headroom: &AtomicI64,
) -> *mut u8 {
    shard::peaked(headroom);
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
unsafe fn record_alloc(start: *mut u8, size: usize) -> *mut u8 {
    if start.is_null() {
        return start;
    }
    let tag = match record::count_alloc(size) {
        Charge::Counted(tag) => tag,
        Charge::NotCounted => {
            // SAFETY: the caller promises the trailer.
            unsafe { trailer::write_not_counted(start, size) };
            return start;
        }
        Charge::Peaked(tag, headroom) => {
            // SAFETY: the caller promises the trailer.
            return unsafe { record_alloc_peak(start, size, tag, headroom) };
        }
        // SAFETY: the caller promises the trailer.
        Charge::Unknown => return unsafe { record_alloc_slow(start, size) },
    };
    // SAFETY: the caller promises the trailer.
    unsafe { trailer::write(start, size, tag) };
    start
}

/// Counts a new block whose tag is in the table, and writes that.
#[inline(always)]
fn record_alloc_in_table(start: *mut u8, size: usize) {
    let Some(place) = side_table::known_place(start).or_else(|| side_table::place(start)) else {
        if mode::on() {
            anomalies::note_unplaced(size);
        }
        return;
    };
    match record::count_alloc(size) {
        Charge::Counted(tag) => side_table::store(place, tag),
        Charge::NotCounted => side_table::store(place, Tag::NOT_COUNTED),
        Charge::Peaked(tag, headroom) => {
            side_table::store(place, tag);
            shard::peaked(headroom);
        }
        Charge::Unknown => side_table::store(place, record::count_alloc_slow(size)),
    }
}

/// Counts the end of a block of `size` bytes that was born with `tag`.
#[inline(always)]
fn record_free(tag: Tag, size: usize) {
    if !record::count_free(tag, size) {
        record::count_free_slow(tag, size);
    }
}

/// Whether a block of `size` bytes carries its tag past its end.
#[inline(always)]
const fn has_trailer<I: Backend>(size: usize) -> bool {
    I::TAKES_ALL_SIZES || size < side_table::GRANULE
}

/// The size of a block with its trailer.
#[inline(always)]
fn with_trailer(size: usize) -> usize {
    // So that the compiler sees that a block with its trailer is as large as a common alignment.
    // SAFETY: sizes are those of layouts.
    unsafe { std::hint::assert_unchecked(size <= isize::MAX as usize) };
    size + TRAILER
}

/// The size of a block as the inner allocator knows it.
#[inline(always)]
fn inner_size<I: Backend>(size: usize) -> usize {
    if has_trailer::<I>(size) {
        with_trailer(size)
    } else {
        size
    }
}

/// The tag of a live block.
///
/// # Safety
///
/// `start` is a live block of `size` bytes that came from this allocator.
#[inline(always)]
unsafe fn tag_of<I: Backend>(start: *mut u8, size: usize) -> Tag {
    if has_trailer::<I>(size) {
        // SAFETY: the tag was written when the block was allocated.
        unsafe { trailer::read(start, size) }
    } else {
        side_table::known_place(start).map_or(Tag::NOT_COUNTED, side_table::load)
    }
}

/// Counts a new block and keeps its tag; hands `start` through.
///
/// # Safety
///
/// `start` is null, or a block of `size` bytes, fresh from the inner allocator, with the trailer
/// that its size asks for.
#[inline(always)]
unsafe fn record_any_alloc<I: Backend>(start: *mut u8, size: usize) -> *mut u8 {
    if has_trailer::<I>(size) {
        // SAFETY: the caller promises the trailer.
        return unsafe { record_alloc(start, size) };
    }
    if !start.is_null() {
        record_alloc_in_table(start, size);
    }
    start
}

/// # Safety
///
/// As [`alloc`](Backend::alloc), of a layout with these numbers.
#[inline(never)]
pub(super) unsafe fn alloc<I: Backend>(size: usize, align: usize, inner: I) -> *mut u8 {
    if align > COMMON_ALIGN || !has_trailer::<I>(size) {
        // SAFETY: the caller's contract is ours.
        return unsafe { alloc_uncommon(size, align, inner) };
    }
    // SAFETY: the enlarged size is not zero, and no larger than the inner allocator takes.
    let start = unsafe { inner.alloc(with_trailer(size), align) };
    // SAFETY: the block was enlarged by a trailer.
    unsafe { record_alloc(start, size) }
}

/// # Safety
///
/// As [`alloc_zeroed`](Backend::alloc_zeroed), of a layout with these numbers.
#[inline(never)]
pub(super) unsafe fn alloc_zeroed<I: Backend>(size: usize, align: usize, inner: I) -> *mut u8 {
    if align > COMMON_ALIGN || !has_trailer::<I>(size) {
        // SAFETY: the caller's contract is ours.
        return unsafe { alloc_zeroed_uncommon(size, align, inner) };
    }
    // SAFETY: the enlarged size is not zero, and no larger than the inner allocator takes.
    let start = unsafe { inner.alloc_zeroed(with_trailer(size), align) };
    // SAFETY: the block was enlarged by a trailer.
    unsafe { record_alloc(start, size) }
}

/// # Safety
///
/// As [`dealloc`](Backend::dealloc), of a layout with these numbers.
#[inline(never)]
pub(super) unsafe fn dealloc<I: Backend>(start: *mut u8, size: usize, align: usize, inner: I) {
    if !has_trailer::<I>(size) {
        // SAFETY: the caller's contract is ours.
        return unsafe { dealloc_uncommon(start, size, align, inner) };
    }
    // SAFETY: the tag was written when the block was allocated.
    if !record::count_free(unsafe { trailer::read(start, size) }, size) {
        // SAFETY: the caller's contract is ours, and nothing was credited.
        return unsafe { dealloc_uncommon(start, size, align, inner) };
    }
    // SAFETY: this is what it was allocated with.
    unsafe { inner.dealloc(start, with_trailer(size), align) }
}

/// # Safety
///
/// As [`realloc`](Backend::realloc), of a layout with these numbers.
#[inline(never)]
pub(super) unsafe fn realloc<I: Backend>(
    start: *mut u8,
    size: usize,
    align: usize,
    new_size: usize,
    inner: I,
) -> *mut u8 {
    if align > COMMON_ALIGN || !has_trailer::<I>(size) || !has_trailer::<I>(new_size) {
        // SAFETY: the caller's contract is ours.
        return unsafe { realloc_uncommon(start, size, align, new_size, inner) };
    }
    // Read before the block moves: another thread may get its place at once.
    // SAFETY: the tag was written when the block was allocated.
    let tag = unsafe { trailer::read(start, size) };
    // SAFETY: this is what it was allocated with; the new size is not zero, and no larger than
    // the inner allocator takes.
    let moved = unsafe { inner.realloc(start, with_trailer(size), align, with_trailer(new_size)) };
    if moved.is_null() {
        return moved;
    }
    record_free(tag, size);
    // SAFETY: the block now has the new size and room for the trailer.
    unsafe { record_alloc(moved, new_size) }
}

/// # Safety
///
/// As [`alloc`](Backend::alloc).
#[cold]
#[inline(never)]
unsafe fn alloc_uncommon<I: Backend>(size: usize, align: usize, inner: I) -> *mut u8 {
    // SAFETY: the caller's contract is ours.
    let start = unsafe { inner.alloc(inner_size::<I>(size), align) };
    // SAFETY: the block is fresh and of this size.
    unsafe { record_any_alloc::<I>(start, size) }
}

/// # Safety
///
/// As [`alloc_zeroed`](Backend::alloc_zeroed).
#[cold]
#[inline(never)]
unsafe fn alloc_zeroed_uncommon<I: Backend>(size: usize, align: usize, inner: I) -> *mut u8 {
    // SAFETY: the caller's contract is ours.
    let start = unsafe { inner.alloc_zeroed(inner_size::<I>(size), align) };
    // SAFETY: the block is fresh and of this size.
    unsafe { record_any_alloc::<I>(start, size) }
}

/// # Safety
///
/// As [`dealloc`](Backend::dealloc).
#[cold]
#[inline(never)]
unsafe fn dealloc_uncommon<I: Backend>(start: *mut u8, size: usize, align: usize, inner: I) {
    // SAFETY: the caller hands back a block of ours.
    record_free(unsafe { tag_of::<I>(start, size) }, size);
    // SAFETY: this is what it was allocated with.
    unsafe { inner.dealloc(start, inner_size::<I>(size), align) }
}

/// # Safety
///
/// As [`realloc`](Backend::realloc).
#[cold]
#[inline(never)]
unsafe fn realloc_uncommon<I: Backend>(
    start: *mut u8,
    size: usize,
    align: usize,
    new_size: usize,
    inner: I,
) -> *mut u8 {
    // Read before the block moves: another thread may get its place at once.
    // SAFETY: the caller hands in a block of ours with its size.
    let tag = unsafe { tag_of::<I>(start, size) };
    let (old_size, larger) = (inner_size::<I>(size), inner_size::<I>(new_size));
    // SAFETY: this is what it was allocated with; the new size is not zero, and no larger than
    // the inner allocator takes.
    let moved = unsafe { inner.realloc(start, old_size, align, larger) };
    if !moved.is_null() {
        record_free(tag, size);
    }
    // SAFETY: the block now has the new size, and room for the trailer if that asks for one.
    unsafe { record_any_alloc::<I>(moved, new_size) }
}

#[cfg(test)]
mod tests {
    use std::alloc::{Layout, System};

    use super::*;

    #[test]
    fn a_trailer_makes_no_size_that_is_not_one_of_a_layout() {
        type Other = &'static System;
        for align in (0..usize::BITS - 1).map(|bits| 1_usize << bits) {
            for size in [
                1,
                8,
                side_table::GRANULE - 1,
                side_table::GRANULE,
                usize::MAX >> 24,
            ] {
                if Layout::from_size_align(size, align).is_err() {
                    continue;
                }
                let larger = inner_size::<Other>(size);
                assert!(
                    Layout::from_size_align(larger, align).is_ok(),
                    "{size} {align}"
                );
            }
        }
        let largest = isize::MAX as usize;
        assert_eq!(inner_size::<Other>(largest), largest);
    }
}
