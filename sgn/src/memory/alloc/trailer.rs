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

/// A number that may lie anywhere.
#[cfg(not(all(
    target_arch = "x86_64",
    target_pointer_width = "64",
    not(sgn_volatile_trailer)
)))]
#[repr(C, packed)]
struct Unaligned(u64);

/// Writes the tag of the block of `size` bytes at `start`.
///
/// # Safety
///
/// The allocation goes on for eight bytes past the block, and nobody else uses them.
#[inline(always)]
pub(super) unsafe fn write(start: *mut u8, size: usize, tag: Tag) {
    #[cfg(all(
        target_arch = "x86_64",
        target_pointer_width = "64",
        not(sgn_volatile_trailer)
    ))]
    // SAFETY: the caller owns the eight bytes; the instruction needs no alignment and changes
    // nothing else.
    unsafe {
        std::arch::asm!(
            "mov qword ptr [{start} + {size}], {tag}",
            start = in(reg) start,
            size = in(reg) size,
            tag = in(reg) tag.bits(),
            options(nostack, preserves_flags),
        );
    }
    #[cfg(not(all(
        target_arch = "x86_64",
        target_pointer_width = "64",
        not(sgn_volatile_trailer)
    )))]
    // SAFETY: the caller owns the eight bytes; a packed value needs no alignment.
    unsafe {
        start
            .wrapping_add(size)
            .cast::<Unaligned>()
            .write_volatile(Unaligned(tag.bits()));
    }
}

/// Writes [`Tag::NOT_COUNTED`], as [`write()`] does.
///
/// # Safety
///
/// As [`write()`].
#[inline(always)]
pub(super) unsafe fn write_not_counted(start: *mut u8, size: usize) {
    #[cfg(all(
        target_arch = "x86_64",
        target_pointer_width = "64",
        not(sgn_volatile_trailer)
    ))]
    // SAFETY: as in `write`; the number fits into the instruction.
    unsafe {
        std::arch::asm!(
            "mov qword ptr [{start} + {size}], {tag}",
            start = in(reg) start,
            size = in(reg) size,
            tag = const Tag::NOT_COUNTED.bits(),
            options(nostack, preserves_flags),
        );
    }
    #[cfg(not(all(
        target_arch = "x86_64",
        target_pointer_width = "64",
        not(sgn_volatile_trailer)
    )))]
    // SAFETY: the caller's promise is the same.
    unsafe {
        write(start, size, Tag::NOT_COUNTED);
    }
}

/// Reads the tag of the live block of `size` bytes at `start`.
///
/// # Safety
///
/// A tag was written there.
#[inline(always)]
pub(super) unsafe fn read(start: *mut u8, size: usize) -> Tag {
    #[cfg(all(
        target_arch = "x86_64",
        target_pointer_width = "64",
        not(sgn_volatile_trailer)
    ))]
    {
        let bits: u64;
        // SAFETY: the eight bytes are initialised; the instruction needs no alignment and changes
        // nothing but its register.
        unsafe {
            std::arch::asm!(
                "mov {bits}, qword ptr [{start} + {size}]",
                start = in(reg) start,
                size = in(reg) size,
                bits = lateout(reg) bits,
                options(nostack, preserves_flags, readonly),
            );
        }
        Tag::from_bits(bits)
    }
    #[cfg(not(all(
        target_arch = "x86_64",
        target_pointer_width = "64",
        not(sgn_volatile_trailer)
    )))]
    {
        // SAFETY: the eight bytes are initialised; a packed value needs no alignment.
        let Unaligned(bits) =
            unsafe { start.wrapping_add(size).cast::<Unaligned>().read_volatile() };
        Tag::from_bits(bits)
    }
}
