//! Global allocator that forwards to another one and counts what succeeds.
//!
//! It takes no lock, allocates nothing and does not panic. Once a thread has its table, it executes no instruction with
//! a `lock` prefix.

#![expect(unsafe_code, reason = "the one implementation of `GlobalAlloc`")]

use std::alloc::{GlobalAlloc, Layout, System};
#[cfg(not(miri))]
use std::convert;

#[cfg(not(miri))]
use crate::memory::alloc::backend::{Glibc, Indexed, is_glibc};
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

/// A [`CountingAllocator`] that also keeps an index of all live blocks, so that a census can find out who holds each.
///
/// The index tells the start, the size, the site and the age of the block at any address. Install it with
/// `counting_allocator!(holders)`; [`Pipeline::holders`](crate::Pipeline::holders) reads it, and the memory report then
/// names the holders.
///
/// # Cost
///
/// In addition to what the [`CountingAllocator`] costs: about 30 instructions for an allocation and its free, whether
/// counting is on or off (`micro_holders_ir` of `sgn/benches/memory.sh`), and four bytes for each sixteen bytes of
/// addresses in which blocks lie. Blocks are aligned to at least sixteen bytes, as most allocators align them in any
/// case. The cells of the index are mapped in parts of 128 MiB of addresses; where the system refuses one, the blocks
/// there are not in the index, and a census says how many bytes they are.
///
/// ```
/// use sgn::memory::IndexingAllocator;
///
/// #[global_allocator]
/// static INDEXED: IndexingAllocator = IndexingAllocator::system();
/// # fn main() {}
/// ```
#[derive(Debug)]
pub struct IndexingAllocator<A = System> {
    inner: A,
}

impl<A> IndexingAllocator<A> {
    /// Returns an allocator that forwards to `inner`.
    #[must_use]
    pub const fn new(inner: A) -> Self {
        Self { inner }
    }
}

impl IndexingAllocator {
    /// Returns an allocator that forwards to the system's.
    #[must_use]
    pub const fn system() -> Self {
        Self::new(System)
    }
}

impl Default for IndexingAllocator {
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
///
/// With `holders` as the first word it installs the [`IndexingAllocator`], which finds
/// out who holds the memory:
///
/// ```
/// sgn::counting_allocator!(holders);
/// # fn main() {}
/// ```
///
/// ```
/// sgn::counting_allocator!(holders, std::alloc::System = std::alloc::System);
/// # fn main() {}
/// ```
#[macro_export]
macro_rules! counting_allocator {
    () => {
        $crate::counting_allocator!(@install $crate::memory::CountingAllocator<::std::alloc::System>, system());
    };
    (holders) => {
        $crate::counting_allocator!(@install $crate::memory::IndexingAllocator<::std::alloc::System>, system());
    };
    (holders, $inner:path) => {
        $crate::counting_allocator!(holders, $inner = $inner);
    };
    (holders, $type:ty = $inner:expr) => {
        $crate::counting_allocator!(@install $crate::memory::IndexingAllocator<$type>, new($inner));
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

/// Implements `GlobalAlloc` by the hot path, on the backend that `$on` makes of glibc or of the inner allocator.
#[cfg(not(miri))]
macro_rules! on_hot_path {
    ($name:ident, $on:path) => {
        // SAFETY: every request goes to an allocator that keeps the contract, with a layout that is at most eight bytes
        // larger than the caller's, and aligned to no less. `alloc`, `realloc` and `dealloc` of a block change its
        // layout equally; what is written past the caller's block is inside the enlarged one. Nothing here unwinds.
        unsafe impl<A: GlobalAlloc + 'static> GlobalAlloc for $name<A> {
            #[inline(always)]
            unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
                let (size, align) = (layout.size(), layout.align());
                if is_glibc::<A>() {
                    // SAFETY: the caller's contract is ours.
                    return unsafe { hot_path::alloc(size, align, $on(Glibc)) };
                }
                // SAFETY: the caller's contract is ours.
                unsafe { hot_path::alloc(size, align, $on(&self.inner)) }
            }

            #[inline(always)]
            unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
                let (size, align) = (layout.size(), layout.align());
                if is_glibc::<A>() {
                    // SAFETY: the caller's contract is ours.
                    return unsafe { hot_path::alloc_zeroed(size, align, $on(Glibc)) };
                }
                // SAFETY: the caller's contract is ours.
                unsafe { hot_path::alloc_zeroed(size, align, $on(&self.inner)) }
            }

            #[inline(always)]
            unsafe fn dealloc(&self, start: *mut u8, layout: Layout) {
                let (size, align) = (layout.size(), layout.align());
                if is_glibc::<A>() {
                    // SAFETY: the caller's contract is ours.
                    return unsafe { hot_path::dealloc(start, size, align, $on(Glibc)) };
                }
                // SAFETY: the caller's contract is ours.
                unsafe { hot_path::dealloc(start, size, align, $on(&self.inner)) }
            }

            #[inline(always)]
            unsafe fn realloc(&self, start: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
                let (size, align) = (layout.size(), layout.align());
                if is_glibc::<A>() {
                    // SAFETY: the caller's contract is ours.
                    return unsafe { hot_path::realloc(start, size, align, new_size, $on(Glibc)) };
                }
                // SAFETY: the caller's contract is ours.
                unsafe { hot_path::realloc(start, size, align, new_size, $on(&self.inner)) }
            }
        }
    };
}

/// Implements `GlobalAlloc` without counting: Miri rejects accesses past a block's end.
#[cfg(miri)]
macro_rules! on_hot_path {
    ($name:ident, $on:path) => {
        // SAFETY: every request is forwarded unchanged.
        unsafe impl<A: GlobalAlloc + 'static> GlobalAlloc for $name<A> {
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
    };
}

on_hot_path!(CountingAllocator, convert::identity);
on_hot_path!(IndexingAllocator, Indexed);
