//! Requests to the inner allocator, for blocks whose size may include a trailer.
//!
//! glibc's functions are called directly. A trailer can make a size larger than any layout allows: `malloc` refuses
//! such a size, while std's `System` must not get it, and a check for it would cost every block a comparison.

#![expect(
    unsafe_code,
    reason = "hands requests on to the inner allocator or to glibc"
)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::any::TypeId;
use std::ptr;

use crate::memory::index::cell;
#[cfg(all(target_os = "linux", target_env = "gnu", not(miri)))]
use crate::memory::sys::read;

/// Returns true if `A` is [`System`], and the system's allocator is glibc's.
#[inline(always)]
pub(super) fn is_glibc<A: 'static>() -> bool {
    cfg!(all(target_os = "linux", target_env = "gnu"))
        && TypeId::of::<A>() == TypeId::of::<System>()
}

/// The allocator that provides the blocks.
///
/// Passed by value: [`Glibc`] is zero-sized, so it takes up no argument register.
///
/// # Safety
///
/// The methods have the contracts of those of [`GlobalAlloc`], with the size and alignment of a layout. Where
/// [`TAKES_ALL_SIZES`](Self::TAKES_ALL_SIZES) is true, the size may be larger than any layout allows.
pub(super) unsafe trait Backend: Copy {
    /// True if a trailer of eight bytes makes a block of any size at most sixteen bytes larger, and the allocator
    /// returns null for sizes that no layout has. Then a block of any size can have a trailer.
    const TAKES_ALL_SIZES: bool;
    /// True if the index knows the live blocks. Then every block starts at a multiple of [`cell::BYTES`].
    const IS_INDEXED: bool = false;

    /// Allocates, as [`GlobalAlloc::alloc`] does.
    ///
    /// # Safety
    ///
    /// Those of [`GlobalAlloc::alloc`].
    unsafe fn alloc(self, size: usize, align: usize) -> *mut u8;

    /// Allocates zeros, as [`GlobalAlloc::alloc_zeroed`] does.
    ///
    /// # Safety
    ///
    /// Those of [`GlobalAlloc::alloc_zeroed`].
    unsafe fn alloc_zeroed(self, size: usize, align: usize) -> *mut u8;

    /// Frees, as [`GlobalAlloc::dealloc`] does.
    ///
    /// # Safety
    ///
    /// Those of [`GlobalAlloc::dealloc`].
    unsafe fn dealloc(self, start: *mut u8, size: usize, align: usize);

    /// Resizes, as [`GlobalAlloc::realloc`] does.
    ///
    /// # Safety
    ///
    /// Those of [`GlobalAlloc::realloc`].
    unsafe fn realloc(self, start: *mut u8, size: usize, align: usize, new_size: usize) -> *mut u8;
}

/// Returns the layout of a request.
///
/// # Safety
///
/// `size` and `align` are those of a layout.
#[inline(always)]
unsafe fn layout(size: usize, align: usize) -> Layout {
    // SAFETY: the caller's promise.
    unsafe { Layout::from_size_align_unchecked(size, align) }
}

// SAFETY: forwards to an allocator that keeps the contract.
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

/// Returns the word that glibc writes behind the first word of a small block that it keeps for the next request; `None`
/// if the allocator is another one.
#[cfg(all(target_os = "linux", target_env = "gnu", not(miri)))]
pub(in crate::memory) fn word_of_kept_blocks() -> Option<usize> {
    const BLOCK: usize = 48;
    // SAFETY: `malloc` may be asked for any size.
    let start = unsafe { libc::malloc(BLOCK) };
    if start.is_null() {
        return None;
    }
    // SAFETY: the block was just allocated.
    unsafe { libc::free(start) };
    // By the system, as another thread may return the memory to it.
    let mut second = [0];
    let read = read::copy(start.addr() + size_of::<usize>(), &mut second);
    (read == Some(1)).then_some(second[0])
}

/// Returns none: there is no such word.
#[cfg(not(all(target_os = "linux", target_env = "gnu", not(miri))))]
pub(in crate::memory) fn word_of_kept_blocks() -> Option<usize> {
    None
}

/// A backend whose live blocks are in the index.
///
/// Requests blocks that are aligned to at least [`cell::BYTES`].
#[derive(Clone, Copy, Debug)]
pub(super) struct Indexed<I>(pub(super) I);

// SAFETY: forwards to a backend that keeps the contract. A size that is valid with an alignment is valid with a cell's,
// up to the largest sizes: those, `layout` refuses here.
unsafe impl<I: Backend> Backend for Indexed<I> {
    const TAKES_ALL_SIZES: bool = I::TAKES_ALL_SIZES;
    const IS_INDEXED: bool = true;

    #[inline(always)]
    unsafe fn alloc(self, size: usize, align: usize) -> *mut u8 {
        if is_too_large::<I>(size) {
            return ptr::null_mut();
        }
        // SAFETY: the caller's contract is ours.
        unsafe { self.0.alloc(size, indexed_align::<I>(align)) }
    }

    #[inline(always)]
    unsafe fn alloc_zeroed(self, size: usize, align: usize) -> *mut u8 {
        if is_too_large::<I>(size) {
            return ptr::null_mut();
        }
        // SAFETY: the caller's contract is ours.
        unsafe { self.0.alloc_zeroed(size, indexed_align::<I>(align)) }
    }

    #[inline(always)]
    unsafe fn dealloc(self, start: *mut u8, size: usize, align: usize) {
        // SAFETY: the caller's contract is ours, and the block was allocated with this alignment.
        unsafe { self.0.dealloc(start, size, indexed_align::<I>(align)) }
    }

    #[inline(always)]
    unsafe fn realloc(self, start: *mut u8, size: usize, align: usize, new_size: usize) -> *mut u8 {
        if is_too_large::<I>(new_size) {
            return ptr::null_mut();
        }
        // SAFETY: the caller's contract is ours, and the block was allocated with this alignment.
        unsafe {
            self.0
                .realloc(start, size, indexed_align::<I>(align), new_size)
        }
    }
}

/// Returns the alignment that an indexed block is requested with. glibc aligns its blocks in any case.
#[inline(always)]
const fn indexed_align<I: Backend>(align: usize) -> usize {
    if I::TAKES_ALL_SIZES || align > cell::BYTES {
        align
    } else {
        cell::BYTES
    }
}

/// Returns true if no layout has this size with the alignment of a cell.
#[inline(always)]
const fn is_too_large<I: Backend>(size: usize) -> bool {
    !I::TAKES_ALL_SIZES && size > isize::MAX as usize - cell::BYTES
}

/// glibc's allocator, or one that replaces it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Glibc;

#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod glibc {
    use std::ptr;

    use super::{Backend, Glibc};

    /// The alignment that glibc gives to each block of at least this size.
    const ALIGN: usize = 2 * size_of::<usize>();

    /// Returns true if `malloc` aligns a block of `size` bytes to `align`.
    ///
    /// A `malloc` that replaces glibc's may align smaller blocks to less.
    #[inline(always)]
    fn is_aligned_anyway(size: usize, align: usize) -> bool {
        align <= ALIGN && align <= size
    }

    #[cold]
    fn aligned(size: usize, align: usize) -> *mut u8 {
        let mut start = ptr::null_mut();
        // SAFETY: `start` receives the answer, and the alignment is a power of two and at least a pointer's.
        let answer =
            unsafe { libc::posix_memalign(&raw mut start, align.max(size_of::<usize>()), size) };
        if answer == 0 {
            start.cast()
        } else {
            ptr::null_mut()
        }
    }

    // SAFETY: all of glibc's blocks have the requested size and alignment, and `free` ends them.
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

// SAFETY: these methods are never called, as `is_glibc` returns false.
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
