//! Global allocator that forwards to another one and counts what succeeds.
//!
//! It takes no lock, allocates nothing and does not panic. Once a thread has its table, it executes no instruction with
//! a `lock` prefix.

#![expect(unsafe_code, reason = "the one implementation of `GlobalAlloc`")]

use std::alloc::{GlobalAlloc, Layout, System};

#[cfg(not(miri))]
use crate::memory::alloc::backend::{Glibc, is_glibc};
#[cfg(not(miri))]
use crate::memory::alloc::hot_path;

/// A global allocator that knows the owner of every byte.
///
/// It forwards every request to `A` and keeps an eight-byte tag for each block. The tag of a block below 1 KiB lies
/// past the block's end. The tags of larger blocks lie in a table, because eight more bytes could move such a block to
/// the next size class, which may be twice as large. glibc's allocator on Linux is an exception: eight bytes make any
/// block at most sixteen bytes larger, and a power of two no larger, so there every block carries its tag. Install it
/// with [`counting_allocator!`](crate::counting_allocator).
///
/// It does not count blocks that are allocated while counting is off, blocks that do not come from this allocator (C
/// libraries, and the handle of 48 bytes that the standard library requests from the system when a thread starts), and
/// the pages of the profiler, which [`Snapshot::profiler_memory`](crate::memory::Snapshot::profiler_memory) returns. A
/// `realloc` counts as the free of the old block, at its owner, and the allocation of the new one, at the current
/// owner.
///
/// # Cost
///
/// An allocation of 64 bytes and its free take 24 instructions more than with Rust's default allocator while counting,
/// 17 while sampling and 13 while neither is on; the mark of a statement takes three (`sgn/benches/memory.sh`). At most
/// 1024 threads at once have a table of their own. Any other thread, and one to which the system refuses a table,
/// counts in a shared table, which takes several times as long. Under Miri the allocator forwards and counts nothing,
/// because Miri rejects accesses past a block's end.
#[derive(Debug)]
pub struct CountingAllocator<A = System> {
    inner: A,
}

impl<A> CountingAllocator<A> {
    /// Returns an allocator that forwards to `inner`.
    #[must_use]
    pub const fn new(inner: A) -> Self {
        Self { inner }
    }
}

impl CountingAllocator {
    /// Returns an allocator that forwards to the system's.
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
/// Without an argument it forwards to the system's allocator. Name any other one as a unit struct, or as a type and an
/// expression. A program can have only one global allocator: if it has a `#[global_allocator]` already, replace that by
/// `counting_allocator!(Other)`.
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

// SAFETY: every request goes to an allocator that keeps the contract, with a layout that is at most eight bytes larger
// than the caller's. `alloc`, `realloc` and `dealloc` of a block enlarge its layout equally; what is written past the
// caller's block is inside the enlarged one. Nothing here unwinds.
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

// SAFETY: every request is forwarded unchanged.
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
