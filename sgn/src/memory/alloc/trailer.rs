//! The home of most tags: the eight bytes past the end of a block.
//!
//! The compiler takes a block that leaves `alloc` for one of exactly the size that was asked for,
//! and may do anything with code that is seen to go past its end. So it must not see: the access is
//! an instruction of its own where we know one, and volatile elsewhere, and wherever
//! `--cfg sgn_volatile_trailer` asks for it: a sanitizer sees a volatile access, but no instruction.

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
/// As [`write()`].
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
