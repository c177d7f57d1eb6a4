//! Asking the inner allocator, for blocks whose size may include a trailer.
//!
//! glibc is asked by its own functions: std's way to it cannot be asked for a size above all layouts,
//! which a trailer may make, and would have to be kept from it by a comparison for each block.

#![expect(
    unsafe_code,
    reason = "hands requests on to the inner allocator or to glibc"
)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::any::TypeId;

/// Whether `A` is the system's allocator, and that is glibc's.
#[inline(always)]
pub(super) fn is_glibc<A: 'static>() -> bool {
    cfg!(all(target_os = "linux", target_env = "gnu"))
        && TypeId::of::<A>() == TypeId::of::<System>()
}

/// What blocks come from.
///
/// Handed on by value: glibc is nothing, and takes no register of a function that is given it.
///
/// # Safety
///
/// As of [`GlobalAlloc`], whose methods these are, with the numbers of a layout. Where
/// [`TAKES_ALL_SIZES`](Self::TAKES_ALL_SIZES), the size may be above that of all layouts.
pub(super) unsafe trait Backend: Copy {
    /// Whether a trailer of eight bytes costs a block of any size sixteen bytes at most, and sizes
    /// above those of layouts are just refused.
    const TAKES_ALL_SIZES: bool;

    /// As [`GlobalAlloc::alloc`].
    ///
    /// # Safety
    ///
    /// As there.
    unsafe fn alloc(self, size: usize, align: usize) -> *mut u8;

    /// As [`GlobalAlloc::alloc_zeroed`].
    ///
    /// # Safety
    ///
    /// As there.
    unsafe fn alloc_zeroed(self, size: usize, align: usize) -> *mut u8;

    /// As [`GlobalAlloc::dealloc`].
    ///
    /// # Safety
    ///
    /// As there.
    unsafe fn dealloc(self, start: *mut u8, size: usize, align: usize);

    /// As [`GlobalAlloc::realloc`].
    ///
    /// # Safety
    ///
    /// As there.
    unsafe fn realloc(self, start: *mut u8, size: usize, align: usize, new_size: usize) -> *mut u8;
}

/// The layout of a request.
///
/// # Safety
///
/// The numbers are those of a layout.
#[inline(always)]
unsafe fn layout(size: usize, align: usize) -> Layout {
    // SAFETY: the caller's promise.
    unsafe { Layout::from_size_align_unchecked(size, align) }
}

// SAFETY: hands on.
unsafe impl<A: GlobalAlloc> Backend for &A {
    const TAKES_ALL_SIZES: bool = false;

    #[inline(always)]
    unsafe fn alloc(self, size: usize, align: usize) -> *mut u8 {
        // SAFETY: the caller's contract is ours.
        let layout = unsafe { layout(size, align) };
        // SAFETY: as above.
        unsafe { A::alloc(self, layout) }
    }

    #[inline(always)]
    unsafe fn alloc_zeroed(self, size: usize, align: usize) -> *mut u8 {
        // SAFETY: the caller's contract is ours.
        let layout = unsafe { layout(size, align) };
        // SAFETY: as above.
        unsafe { A::alloc_zeroed(self, layout) }
    }

    #[inline(always)]
    unsafe fn dealloc(self, start: *mut u8, size: usize, align: usize) {
        // SAFETY: the caller's contract is ours.
        let layout = unsafe { layout(size, align) };
        // SAFETY: as above.
        unsafe { A::dealloc(self, start, layout) }
    }

    #[inline(always)]
    unsafe fn realloc(self, start: *mut u8, size: usize, align: usize, new_size: usize) -> *mut u8 {
        // SAFETY: the caller's contract is ours.
        let layout = unsafe { layout(size, align) };
        // SAFETY: as above.
        unsafe { A::realloc(self, start, layout, new_size) }
    }
}

/// glibc, or whatever is put in its place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Glibc;

#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod glibc {
    use std::ptr;

    use super::{Backend, Glibc};

    /// What glibc aligns a block to that is as large.
    const ALIGN: usize = 2 * size_of::<usize>();

    /// Whether a block of `size` bytes is aligned without asking for it.
    ///
    /// A `malloc` that is put in the place of glibc's may align smaller ones to less.
    #[inline(always)]
    fn is_aligned_anyway(size: usize, align: usize) -> bool {
        align <= ALIGN && align <= size
    }

    #[cold]
    fn aligned(size: usize, align: usize) -> *mut u8 {
        let mut start = ptr::null_mut();
        // SAFETY: `start` is a place for the answer, and the alignment is a power of two and at
        // least a pointer's.
        let answer =
            unsafe { libc::posix_memalign(&raw mut start, align.max(size_of::<usize>()), size) };
        if answer == 0 {
            start.cast()
        } else {
            ptr::null_mut()
        }
    }

    // SAFETY: all of glibc's blocks are of the size and alignment asked for, and end by `free`.
    unsafe impl Backend for Glibc {
        const TAKES_ALL_SIZES: bool = true;

        #[inline(always)]
        unsafe fn alloc(self, size: usize, align: usize) -> *mut u8 {
            if is_aligned_anyway(size, align) {
                // SAFETY: `malloc` may be asked for any size.
                unsafe { libc::malloc(size).cast() }
            } else {
                aligned(size, align)
            }
        }

        #[inline(always)]
        unsafe fn alloc_zeroed(self, size: usize, align: usize) -> *mut u8 {
            if is_aligned_anyway(size, align) {
                // SAFETY: `calloc` may be asked for any size.
                return unsafe { libc::calloc(size, 1).cast() };
            }
            let start = aligned(size, align);
            if !start.is_null() {
                // SAFETY: the block is fresh and of this size.
                unsafe { start.write_bytes(0, size) };
            }
            start
        }

        #[inline(always)]
        unsafe fn dealloc(self, start: *mut u8, _: usize, _: usize) {
            // SAFETY: the block is one of glibc's.
            unsafe { libc::free(start.cast()) }
        }

        #[inline(always)]
        unsafe fn realloc(
            self,
            start: *mut u8,
            size: usize,
            align: usize,
            new_size: usize,
        ) -> *mut u8 {
            if is_aligned_anyway(new_size, align) {
                // SAFETY: the block is one of glibc's.
                return unsafe { libc::realloc(start.cast(), new_size).cast() };
            }
            let moved = aligned(new_size, align);
            if !moved.is_null() {
                // SAFETY: both blocks are at least as large, and one of them is fresh.
                unsafe { ptr::copy_nonoverlapping(start, moved, size.min(new_size)) };
                // SAFETY: the block is one of glibc's.
                unsafe { libc::free(start.cast()) };
            }
            moved
        }
    }
}

// SAFETY: is asked for nothing, as `is_glibc` says no.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
unsafe impl Backend for Glibc {
    const TAKES_ALL_SIZES: bool = true;

    unsafe fn alloc(self, _: usize, _: usize) -> *mut u8 {
        std::ptr::null_mut()
    }

    unsafe fn alloc_zeroed(self, _: usize, _: usize) -> *mut u8 {
        std::ptr::null_mut()
    }

    unsafe fn dealloc(self, _: *mut u8, _: usize, _: usize) {}

    unsafe fn realloc(self, _: *mut u8, _: usize, _: usize, _: usize) -> *mut u8 {
        std::ptr::null_mut()
    }
}
