//! The allocator: forwards to another one and counts what succeeds.
//!
//! No lock, no instruction with a `lock` prefix once a thread is warm, no allocation, no panic.

#![expect(unsafe_code, reason = "the one implementation of `GlobalAlloc`")]

use std::alloc::{GlobalAlloc, Layout, System};

#[cfg(not(miri))]
use crate::memory::alloc::backend::{Glibc, is_glibc};
#[cfg(not(miri))]
use crate::memory::alloc::hot_path;

/// A global allocator that knows the owner of every byte.
///
/// It hands every request on to `A` and keeps eight bytes for each block: past the end of a block
/// below 1 KiB, in a table for larger ones, whose size class eight bytes more could double. Of the
/// system's allocator on Linux with glibc a block of any size grows by sixteen bytes at most, powers
/// of two by none, so there every block carries its tag itself. Install it with
/// [`counting_allocator!`](crate::counting_allocator).
///
/// Not counted are blocks that are allocated while counting is off, blocks that do not come from
/// this allocator (C libraries, and the handle of 48 bytes that the standard library asks the system
/// for when a thread starts), and the pages of the profiler, which
/// [`Snapshot::profiler_memory`](crate::memory::Snapshot::profiler_memory) tells. A `realloc` counts as the
/// free of the old block, at its owner, and the allocation of the new one, at the current owner.
///
/// # Cost
///
/// 25 instructions more than Rust's default allocator for an allocation of 64 bytes and its free while
/// counting, 18 while sampling, 14 while neither, and three for the mark of a statement
/// (`sgn/benches/memory.sh`). A thread beyond the 1024th at once, or to which the system refuses a table
/// of its own, counts in one that it shares, which takes several times as long.
/// Under Miri it hands on and counts nothing, because Miri rejects what lies past a block's end.
#[derive(Debug)]
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

impl CountingAllocator {
    /// An allocator that hands on to the system's.
    #[must_use]
    pub const fn system() -> Self {
        Self::new(System)
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
/// struct, or as a type and an expression. A program has one global allocator: instead of a
/// `#[global_allocator]` beside this, which the compiler refuses, write `counting_allocator!(Other)`.
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

// SAFETY: every request goes to an allocator that keeps the contract, with a layout that differs
// from the caller's by eight more bytes at most, and the same one at birth, growth and end; what is
// written past the caller's block is inside the enlarged one. Nothing here unwinds.
#[cfg(not(miri))]
unsafe impl<A: GlobalAlloc + 'static> GlobalAlloc for CountingAllocator<A> {
    #[inline(always)]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if is_glibc::<A>() {
            // SAFETY: the caller's contract is ours.
            return unsafe { hot_path::alloc(layout.size(), layout.align(), Glibc) };
        }
        // SAFETY: the caller's contract is ours.
        unsafe { hot_path::alloc(layout.size(), layout.align(), &self.inner) }
    }

    #[inline(always)]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        if is_glibc::<A>() {
            // SAFETY: the caller's contract is ours.
            return unsafe { hot_path::alloc_zeroed(layout.size(), layout.align(), Glibc) };
        }
        // SAFETY: the caller's contract is ours.
        unsafe { hot_path::alloc_zeroed(layout.size(), layout.align(), &self.inner) }
    }

    #[inline(always)]
    unsafe fn dealloc(&self, start: *mut u8, layout: Layout) {
        if is_glibc::<A>() {
            // SAFETY: the caller's contract is ours.
            return unsafe { hot_path::dealloc(start, layout.size(), layout.align(), Glibc) };
        }
        // SAFETY: the caller's contract is ours.
        unsafe { hot_path::dealloc(start, layout.size(), layout.align(), &self.inner) }
    }

    #[inline(always)]
    unsafe fn realloc(&self, start: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        if is_glibc::<A>() {
            // SAFETY: the caller's contract is ours.
            return unsafe {
                hot_path::realloc(start, layout.size(), layout.align(), new_size, Glibc)
            };
        }
        // SAFETY: the caller's contract is ours.
        unsafe { hot_path::realloc(start, layout.size(), layout.align(), new_size, &self.inner) }
    }
}

// SAFETY: every request is handed on as it is.
#[cfg(miri)]
unsafe impl<A: GlobalAlloc + 'static> GlobalAlloc for CountingAllocator<A> {
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
