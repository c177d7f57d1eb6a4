//! Hot path of `alloc`, `dealloc` and `realloc`.
//!
//! Each has one function for common blocks and one for the others. All take their arguments in the
//! order of Rust's own functions, so that each can jump to the next one without moving a register.
//! None is inlined into the program: there the compiler would have fewer registers left, and would
//! call a function for each access to a thread-local.

#![expect(
    unsafe_code,
    reason = "asks for larger blocks and writes past the end of the caller's"
)]

use std::sync::atomic::AtomicI64;

use crate::memory::alloc::backend::Backend;
use crate::memory::alloc::record::{self, AllocOutcome};
use crate::memory::alloc::side_table;
use crate::memory::alloc::trailer;
use crate::memory::id::anomalies;
use crate::memory::id::tag::Tag;
use crate::memory::index::cell::TagPlace;
use crate::memory::index::table::{self, Removed};
use crate::memory::mode;
use crate::memory::thread::shard;

/// The largest alignment that every block with a trailer has, even if it is not requested: each such block has more
/// bytes than this.
const COMMON_ALIGN: usize = 8;

/// The bytes that a trailer adds to a block.
const TRAILER: usize = size_of::<Tag>();

/// Completes [`record_alloc`] on its slow path, and returns `start`.
///
/// The common path calls this last, so the call is a jump, and no register has to be saved for it.
///
/// # Safety
///
/// Those of [`record_alloc`].
#[inline(never)]
unsafe fn record_alloc_slow(start: *mut u8, size: usize) -> *mut u8 {
    // SAFETY: the caller promises the trailer.
    unsafe { trailer::write(start, size, record::count_alloc_slow(size)) };
    start
}

/// Writes the tag of a block that makes a new peak, and returns `start`.
///
/// # Safety
///
/// Those of [`record_alloc`].
#[inline(never)]
unsafe fn record_alloc_peak(
    start: *mut u8,
    size: usize,
    tag: Tag,
    headroom: &AtomicI64,
) -> *mut u8 {
    shard::reset_headroom(headroom);
    // SAFETY: the caller promises the trailer.
    unsafe { trailer::write(start, size, tag) };
    start
}

/// Counts a new block with a trailer, writes its tag, and returns `start`.
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
        AllocOutcome::Counted(tag) => tag,
        AllocOutcome::NotCounted => {
            // SAFETY: the caller promises the trailer.
            unsafe { trailer::write_not_counted(start, size) };
            return start;
        }
        AllocOutcome::NewPeak(tag, headroom) => {
            // SAFETY: the caller promises the trailer.
            return unsafe { record_alloc_peak(start, size, tag, headroom) };
        }
        // SAFETY: the caller promises the trailer.
        AllocOutcome::NeedsSlowPath => return unsafe { record_alloc_slow(start, size) },
    };
    // SAFETY: the caller promises the trailer.
    unsafe { trailer::write(start, size, tag) };
    start
}

/// Does what [`record_alloc`] does, and inserts the block into the index if there is one.
///
/// # Safety
///
/// Those of [`record_alloc`].
#[inline(always)]
unsafe fn record_and_insert<I: Backend>(start: *mut u8, size: usize) -> *mut u8 {
    if !I::IS_INDEXED {
        // SAFETY: the caller's promise is the same.
        return unsafe { record_alloc(start, size) };
    }
    // SAFETY: the caller's promise is the same.
    let start = unsafe { record_alloc(start, size) };
    if !start.is_null() {
        table::insert(start, size, TagPlace::Trailer);
    }
    start
}

/// Removes a block from the index if there is one, before its free is counted.
#[inline(always)]
fn remove<I: Backend>(start: *mut u8) -> Option<Removed> {
    I::IS_INDEXED.then(|| table::remove(start))
}

/// Inserts a block that was removed and could not be resized.
#[inline(always)]
fn restore(start: *mut u8, removed: Option<Removed>) {
    if let Some(removed) = removed {
        table::restore(start, removed);
    }
}

/// Counts a new block whose tag is in the side table, and writes the tag there.
#[inline(always)]
fn record_alloc_in_table(start: *mut u8, size: usize) {
    let Some(slot) = side_table::existing_slot(start).or_else(|| side_table::slot(start)) else {
        if mode::on() {
            anomalies::record_unplaced(size);
        }
        return;
    };
    match record::count_alloc(size) {
        AllocOutcome::Counted(tag) => side_table::store(slot, tag),
        AllocOutcome::NotCounted => side_table::store(slot, Tag::NOT_COUNTED),
        AllocOutcome::NewPeak(tag, headroom) => {
            side_table::store(slot, tag);
            shard::reset_headroom(headroom);
        }
        AllocOutcome::NeedsSlowPath => side_table::store(slot, record::count_alloc_slow(size)),
    }
}

/// Counts the free of a block of `size` bytes that has this tag.
#[inline(always)]
fn record_free(tag: Tag, size: usize) {
    if !record::count_free(tag, size) {
        record::count_free_slow(tag, size);
    }
}

/// Returns true if a block of `size` bytes carries its tag past its end.
#[inline(always)]
const fn has_trailer<I: Backend>(size: usize) -> bool {
    I::TAKES_ALL_SIZES || size < side_table::GRANULE
}

/// Returns the size of a block with its trailer.
#[inline(always)]
fn with_trailer(size: usize) -> usize {
    // Tells the compiler that the sum does not overflow, so that it knows that a block with its trailer is at least as
    // large as a common alignment, and leaves that comparison out.
    // SAFETY: sizes are those of layouts.
    unsafe { std::hint::assert_unchecked(size <= isize::MAX as usize) };
    size + TRAILER
}

/// Returns the size of a block as the inner allocator knows it.
#[inline(always)]
fn inner_size<I: Backend>(size: usize) -> usize {
    if has_trailer::<I>(size) {
        with_trailer(size)
    } else {
        size
    }
}

/// Returns the tag of a live block.
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
        side_table::existing_slot(start).map_or(Tag::NOT_COUNTED, side_table::load)
    }
}

/// Counts a new block, stores its tag, and returns `start`.
///
/// # Safety
///
/// `start` is null, or a block of `size` bytes, fresh from the inner allocator, with a trailer if
/// its size needs one.
#[inline(always)]
unsafe fn record_any_alloc<I: Backend>(start: *mut u8, size: usize) -> *mut u8 {
    if has_trailer::<I>(size) {
        // SAFETY: the caller promises the trailer.
        return unsafe { record_and_insert::<I>(start, size) };
    }
    if !start.is_null() {
        record_alloc_in_table(start, size);
        if I::IS_INDEXED {
            table::insert(start, size, TagPlace::Table);
        }
    }
    start
}

/// Allocates a block, counts it and stores its tag.
///
/// # Safety
///
/// Those of [`alloc`](Backend::alloc), for a layout of this size and alignment.
#[inline(never)]
pub(super) unsafe fn alloc<I: Backend>(size: usize, align: usize, inner: I) -> *mut u8 {
    if align > COMMON_ALIGN || !has_trailer::<I>(size) {
        // SAFETY: the caller's contract is ours.
        return unsafe { alloc_uncommon(size, align, inner) };
    }
    // SAFETY: the enlarged size is not zero, and no larger than the inner allocator takes.
    let start = unsafe { inner.alloc(with_trailer(size), align) };
    // SAFETY: the block was enlarged by a trailer.
    unsafe { record_and_insert::<I>(start, size) }
}

/// Allocates a zeroed block, counts it and stores its tag.
///
/// # Safety
///
/// Those of [`alloc_zeroed`](Backend::alloc_zeroed), for a layout of this size and alignment.
#[inline(never)]
pub(super) unsafe fn alloc_zeroed<I: Backend>(size: usize, align: usize, inner: I) -> *mut u8 {
    if align > COMMON_ALIGN || !has_trailer::<I>(size) {
        // SAFETY: the caller's contract is ours.
        return unsafe { alloc_zeroed_uncommon(size, align, inner) };
    }
    // SAFETY: the enlarged size is not zero, and no larger than the inner allocator takes.
    let start = unsafe { inner.alloc_zeroed(with_trailer(size), align) };
    // SAFETY: the block was enlarged by a trailer.
    unsafe { record_and_insert::<I>(start, size) }
}

/// Counts the free of a block, and frees it.
///
/// # Safety
///
/// Those of [`dealloc`](Backend::dealloc), for a layout of this size and alignment.
#[inline(never)]
pub(super) unsafe fn dealloc<I: Backend>(start: *mut u8, size: usize, align: usize, inner: I) {
    if !has_trailer::<I>(size) {
        // SAFETY: the caller's contract is ours.
        return unsafe { dealloc_uncommon(start, size, align, inner) };
    }
    let _ = remove::<I>(start);
    // SAFETY: the tag was written when the block was allocated.
    if !record::count_free(unsafe { trailer::read(start, size) }, size) {
        // SAFETY: the caller's contract is ours, and the free is not counted yet.
        return unsafe { dealloc_uncommon(start, size, align, inner) };
    }
    // SAFETY: this is what it was allocated with.
    unsafe { inner.dealloc(start, with_trailer(size), align) }
}

/// Resizes a block, and counts a free and an allocation.
///
/// # Safety
///
/// Those of [`realloc`](Backend::realloc), for a layout of this size and alignment.
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
    // Read before the block moves: another thread may get its memory at once.
    // SAFETY: the tag was written when the block was allocated.
    let tag = unsafe { trailer::read(start, size) };
    let removed = remove::<I>(start);
    // SAFETY: this is what it was allocated with; the new size is not zero, and no larger than
    // the inner allocator takes.
    let moved = unsafe { inner.realloc(start, with_trailer(size), align, with_trailer(new_size)) };
    if moved.is_null() {
        restore(start, removed);
        return moved;
    }
    record_free(tag, size);
    // SAFETY: the block now has the new size and room for the trailer.
    unsafe { record_and_insert::<I>(moved, new_size) }
}

/// Does what [`alloc`](fn@alloc) does, for any size and alignment.
///
/// # Safety
///
/// Those of [`alloc`](Backend::alloc).
#[cold]
#[inline(never)]
unsafe fn alloc_uncommon<I: Backend>(size: usize, align: usize, inner: I) -> *mut u8 {
    // SAFETY: the caller's contract is ours.
    let start = unsafe { inner.alloc(inner_size::<I>(size), align) };
    // SAFETY: the block is fresh and of this size.
    unsafe { record_any_alloc::<I>(start, size) }
}

/// Does what [`alloc_zeroed`](fn@alloc_zeroed) does, for any size and alignment.
///
/// # Safety
///
/// Those of [`alloc_zeroed`](Backend::alloc_zeroed).
#[cold]
#[inline(never)]
unsafe fn alloc_zeroed_uncommon<I: Backend>(size: usize, align: usize, inner: I) -> *mut u8 {
    // SAFETY: the caller's contract is ours.
    let start = unsafe { inner.alloc_zeroed(inner_size::<I>(size), align) };
    // SAFETY: the block is fresh and of this size.
    unsafe { record_any_alloc::<I>(start, size) }
}

/// Does what [`dealloc`](fn@dealloc) does, for any size and alignment.
///
/// # Safety
///
/// Those of [`dealloc`](Backend::dealloc).
#[cold]
#[inline(never)]
unsafe fn dealloc_uncommon<I: Backend>(start: *mut u8, size: usize, align: usize, inner: I) {
    let _ = remove::<I>(start);
    // SAFETY: the caller hands back a block of ours.
    record_free(unsafe { tag_of::<I>(start, size) }, size);
    // SAFETY: this is what it was allocated with.
    unsafe { inner.dealloc(start, inner_size::<I>(size), align) }
}

/// Does what [`realloc`](fn@realloc) does, for any size and alignment.
///
/// # Safety
///
/// Those of [`realloc`](Backend::realloc).
#[cold]
#[inline(never)]
unsafe fn realloc_uncommon<I: Backend>(
    start: *mut u8,
    size: usize,
    align: usize,
    new_size: usize,
    inner: I,
) -> *mut u8 {
    // Read before the block moves: another thread may get its memory at once.
    // SAFETY: the caller hands in a block of ours with its size.
    let tag = unsafe { tag_of::<I>(start, size) };
    let removed = remove::<I>(start);
    let (old_size, larger) = (inner_size::<I>(size), inner_size::<I>(new_size));
    // SAFETY: this is what it was allocated with; the new size is not zero, and no larger than
    // the inner allocator takes.
    let moved = unsafe { inner.realloc(start, old_size, align, larger) };
    if moved.is_null() {
        restore(start, removed);
        return moved;
    }
    record_free(tag, size);
    // SAFETY: the block now has the new size, and room for the trailer if it needs one.
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
