//! An independent count, around the allocator that is tested.

#![expect(unsafe_code, reason = "a global allocator")]

use std::alloc::{GlobalAlloc, Layout};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Counts what the program asks for, with shared atomics, and hands on to `A`.
///
/// A `realloc` is the free of the old block and the allocation of the new one.
#[derive(Debug)]
pub(crate) struct Oracle<A> {
    inner: A,
    allocated: [AtomicU64; 2],
    freed: [AtomicU64; 2],
}

impl<A> Oracle<A> {
    /// An oracle around `inner`.
    pub(crate) const fn new(inner: A) -> Self {
        Self {
            inner,
            allocated: [AtomicU64::new(0), AtomicU64::new(0)],
            freed: [AtomicU64::new(0), AtomicU64::new(0)],
        }
    }

    /// Bytes and blocks ever allocated.
    pub(crate) fn allocated(&self) -> [u64; 2] {
        self.allocated.each_ref().map(|count| count.load(Relaxed))
    }

    /// Bytes and blocks ever freed.
    pub(crate) fn freed(&self) -> [u64; 2] {
        self.freed.each_ref().map(|count| count.load(Relaxed))
    }

    fn count(counts: &[AtomicU64; 2], size: usize) {
        counts[0].fetch_add(size as u64, Relaxed);
        counts[1].fetch_add(1, Relaxed);
    }
}

// SAFETY: every request is handed on as it is to an allocator that keeps the contract.
unsafe impl<A: GlobalAlloc> GlobalAlloc for Oracle<A> {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's contract is ours.
        let start = unsafe { self.inner.alloc(layout) };
        if !start.is_null() {
            Self::count(&self.allocated, layout.size());
        }
        start
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's contract is ours.
        let start = unsafe { self.inner.alloc_zeroed(layout) };
        if !start.is_null() {
            Self::count(&self.allocated, layout.size());
        }
        start
    }

    unsafe fn dealloc(&self, start: *mut u8, layout: Layout) {
        Self::count(&self.freed, layout.size());
        // SAFETY: the caller's contract is ours.
        unsafe { self.inner.dealloc(start, layout) }
    }

    unsafe fn realloc(&self, start: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        // SAFETY: the caller's contract is ours.
        let moved = unsafe { self.inner.realloc(start, layout, new_size) };
        if !moved.is_null() {
            Self::count(&self.freed, layout.size());
            Self::count(&self.allocated, new_size);
        }
        moved
    }
}
