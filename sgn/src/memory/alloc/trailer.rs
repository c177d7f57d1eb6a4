//! Reads and writes the tags of most blocks: the eight bytes past the end of a block.
//!
//! The compiler assumes that a block returned by `alloc` has exactly the requested size, and may miscompile an access
//! past its end. So the access must be opaque to it: it is written in inline assembly on x86-64, and volatile
//! elsewhere. `--cfg sgn_volatile_trailer` selects the volatile access, as a sanitizer sees that and does not see the
//! instruction.

#![expect(
    unsafe_code,
    reason = "reads and writes past the end of a block, inside its allocation"
)]

use crate::memory::id::tag::Tag;
use crate::memory::sys::arch;

/// Writes the tag of the block of `size` bytes at `start`.
///
/// # Safety
///
/// The allocation goes on for eight bytes past the block, and nobody else uses them.
#[inline(always)]
pub(super) unsafe fn write(start: *mut u8, size: usize, tag: Tag) {
    // SAFETY: the caller's promise is the same.
    unsafe { arch::write_past(start, size, tag.bits()) };
}

/// Writes [`Tag::NOT_COUNTED`], as [`write()`] does.
///
/// # Safety
///
/// Those of [`write()`].
#[inline(always)]
pub(super) unsafe fn write_not_counted(start: *mut u8, size: usize) {
    // SAFETY: the caller's promise is the same.
    unsafe { arch::write_short_past::<{ Tag::NOT_COUNTED.bits() }>(start, size) };
}

/// Reads the tag of the live block of `size` bytes at `start`.
///
/// # Safety
///
/// A tag was written there.
#[inline(always)]
pub(super) unsafe fn read(start: *mut u8, size: usize) -> Tag {
    // SAFETY: the caller's promise is the same.
    Tag::from_bits(unsafe { arch::read_past(start, size) })
}
