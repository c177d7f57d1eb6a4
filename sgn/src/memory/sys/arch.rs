//! Instructions that the compiler does not choose by itself, each with an equivalent in Rust.
//!
//! On `x86_64` they make the path of an allocation shorter: the compiler loads an atomic before it compares it, does
//! not test the sign flag that a subtraction in memory sets, and must not see an access past the end of a block.
//! Everywhere else, under Miri and in the model, the second function of each pair is compiled.

#![expect(
    unsafe_code,
    reason = "instructions, and accesses past the end of a block"
)]

use std::sync::atomic::{AtomicI64, AtomicU8};
#[cfg(not(all(
    target_arch = "x86_64",
    target_pointer_width = "64",
    not(any(miri, loom))
)))]
use std::sync::atomic::{
    AtomicU64,
    Ordering::{Relaxed, Release},
};

/// Returns whether a byte is `EXPECTED`.
#[cfg(all(
    target_arch = "x86_64",
    target_pointer_width = "64",
    not(any(miri, loom))
))]
#[inline(always)]
pub(in crate::memory) fn is_byte<const EXPECTED: u8>(byte: &AtomicU8) -> bool {
    // SAFETY: reads one byte, as a relaxed load does.
    unsafe {
        std::arch::asm!(
            "cmp byte ptr [{byte}], {expected}",
            "jne {other}",
            byte = in(reg) byte.as_ptr(),
            expected = const EXPECTED,
            other = label { return false },
            options(nostack, readonly),
        );
    }
    true
}

/// Returns whether a byte is `EXPECTED`.
#[cfg(not(all(
    target_arch = "x86_64",
    target_pointer_width = "64",
    not(any(miri, loom))
)))]
#[inline(always)]
pub(in crate::memory) fn is_byte<const EXPECTED: u8>(byte: &AtomicU8) -> bool {
    byte.load(Relaxed) == EXPECTED
}

/// Returns whether the number at `start + distance + OFFSET`, in bytes, is `expected`.
///
/// # Safety
///
/// An aligned atomic number is there for the duration of the call.
#[cfg(all(
    target_arch = "x86_64",
    target_pointer_width = "64",
    not(any(miri, loom))
))]
#[inline(always)]
pub(in crate::memory) unsafe fn is_number_at<const OFFSET: usize>(
    start: *const u8,
    distance: usize,
    expected: u64,
) -> bool {
    // SAFETY: reads the aligned number that the caller promises, as a relaxed load does.
    unsafe {
        std::arch::asm!(
            "cmp qword ptr [{start} + {distance} + {offset}], {expected}",
            "jne {other}",
            start = in(reg) start,
            distance = in(reg) distance,
            offset = const OFFSET,
            expected = in(reg) expected,
            other = label { return false },
            options(nostack, readonly),
        );
    }
    true
}

/// Returns whether the number at `start + distance + OFFSET`, in bytes, is `expected`.
///
/// # Safety
///
/// An aligned atomic number is there for the duration of the call.
#[cfg(not(all(
    target_arch = "x86_64",
    target_pointer_width = "64",
    not(any(miri, loom))
)))]
#[inline(always)]
pub(in crate::memory) unsafe fn is_number_at<const OFFSET: usize>(
    start: *const u8,
    distance: usize,
    expected: u64,
) -> bool {
    let number = start.wrapping_add(distance).wrapping_add(OFFSET);
    // SAFETY: the caller promises the number.
    let number = unsafe { &*number.cast::<AtomicU64>() };
    number.load(Relaxed) == expected
}

/// Subtracts `amount` and returns true if the result is not negative. Correct only on the one thread that writes the
/// number.
///
/// Releases the thread's earlier writes to whoever reads the new value.
#[cfg(all(
    target_arch = "x86_64",
    target_pointer_width = "64",
    not(any(miri, loom))
))]
#[inline(always)]
pub(in crate::memory) fn subtract(number: &AtomicI64, amount: i64) -> bool {
    // SAFETY: writes one aligned number that its one writer may write. On `x86_64` every store releases.
    unsafe {
        std::arch::asm!(
            "sub qword ptr [{number}], {amount}",
            "js {below}",
            number = in(reg) number.as_ptr(),
            amount = in(reg) amount,
            below = label { return false },
            options(nostack),
        );
    }
    true
}

/// Subtracts `amount` and returns true if the result is not negative. Correct only on the one thread that writes the
/// number.
///
/// Releases the thread's earlier writes to whoever reads the new value.
#[cfg(not(all(
    target_arch = "x86_64",
    target_pointer_width = "64",
    not(any(miri, loom))
)))]
#[inline(always)]
pub(in crate::memory) fn subtract(number: &AtomicI64, amount: i64) -> bool {
    let left = number.load(Relaxed).wrapping_sub(amount);
    number.store(left, Release);
    left >= 0
}

/// Subtracts from the number at `NUMBER`, as [`subtract`] does, if the byte at `BYTE` is `EXPECTED`; otherwise returns
/// false.
///
/// # Safety
///
/// At those offsets from `start`, in bytes, are an atomic byte and an aligned atomic number. While the byte is
/// `EXPECTED`, only the calling thread writes the number.
#[cfg(all(
    target_arch = "x86_64",
    target_pointer_width = "64",
    not(any(miri, loom))
))]
#[inline(always)]
pub(in crate::memory) unsafe fn subtract_if<
    const BYTE: usize,
    const EXPECTED: u8,
    const NUMBER: usize,
>(
    start: *const u8,
    amount: usize,
) -> bool {
    // SAFETY: reads one byte as a relaxed load does, and writes one aligned number that its one
    // writer may write.
    unsafe {
        std::arch::asm!(
            "cmp byte ptr [{start} + {byte}], {expected}",
            "jne {other}",
            "sub qword ptr [{start} + {number}], {amount}",
            "jns {left}",
            start = in(reg) start,
            byte = const BYTE,
            expected = const EXPECTED,
            number = const NUMBER,
            amount = in(reg) amount,
            other = label { return false },
            left = label { return true },
            options(nostack),
        );
    }
    false
}

/// Subtracts from the number at `NUMBER`, as [`subtract`] does, if the byte at `BYTE` is `EXPECTED`; otherwise returns
/// false.
///
/// # Safety
///
/// At those offsets from `start`, in bytes, are an atomic byte and an aligned atomic number. While the byte is
/// `EXPECTED`, only the calling thread writes the number.
#[cfg(not(all(
    target_arch = "x86_64",
    target_pointer_width = "64",
    not(any(miri, loom))
)))]
#[inline(always)]
pub(in crate::memory) unsafe fn subtract_if<
    const BYTE: usize,
    const EXPECTED: u8,
    const NUMBER: usize,
>(
    start: *const u8,
    amount: usize,
) -> bool {
    // SAFETY: the caller promises the byte.
    let byte = unsafe { &*start.wrapping_add(BYTE).cast::<AtomicU8>() };
    // SAFETY: the caller promises the number.
    let number = unsafe { &*start.wrapping_add(NUMBER).cast::<AtomicI64>() };
    is_byte::<EXPECTED>(byte) && subtract(number, amount as i64)
}

/// A number at any alignment.
#[cfg(not(all(
    target_arch = "x86_64",
    target_pointer_width = "64",
    not(sgn_volatile_trailer)
)))]
#[repr(C, packed)]
struct Unaligned(u64);

/// Writes a number past the block of `size` bytes at `start`.
///
/// # Safety
///
/// The allocation goes on for eight bytes past the block, and nobody else uses them.
#[cfg(all(
    target_arch = "x86_64",
    target_pointer_width = "64",
    not(sgn_volatile_trailer)
))]
#[inline(always)]
pub(in crate::memory) unsafe fn write_past(start: *mut u8, size: usize, number: u64) {
    // SAFETY: the caller owns the eight bytes; the instruction needs no alignment and changes
    // nothing else.
    unsafe {
        std::arch::asm!(
            "mov qword ptr [{start} + {size}], {number}",
            start = in(reg) start,
            size = in(reg) size,
            number = in(reg) number,
            options(nostack, preserves_flags),
        );
    }
}

/// Writes a number past the block of `size` bytes at `start`.
///
/// # Safety
///
/// The allocation goes on for eight bytes past the block, and nobody else uses them.
#[cfg(not(all(
    target_arch = "x86_64",
    target_pointer_width = "64",
    not(sgn_volatile_trailer)
)))]
#[inline(always)]
pub(in crate::memory) unsafe fn write_past(start: *mut u8, size: usize, number: u64) {
    let past = start.wrapping_add(size).cast::<Unaligned>();
    // SAFETY: the caller owns the eight bytes; a packed value needs no alignment.
    unsafe { past.write_volatile(Unaligned(number)) };
}

/// Writes a number past the block, as [`write_past`] does; the number must fit into a signed immediate of 32 bits.
///
/// # Safety
///
/// Those of [`write_past`].
#[cfg(all(
    target_arch = "x86_64",
    target_pointer_width = "64",
    not(sgn_volatile_trailer)
))]
#[inline(always)]
pub(in crate::memory) unsafe fn write_short_past<const NUMBER: u64>(start: *mut u8, size: usize) {
    // SAFETY: as in `write_past`; the number fits into the instruction.
    unsafe {
        std::arch::asm!(
            "mov qword ptr [{start} + {size}], {number}",
            start = in(reg) start,
            size = in(reg) size,
            number = const NUMBER,
            options(nostack, preserves_flags),
        );
    }
}

/// Writes a number past the block, as [`write_past`] does; the number must fit into a signed immediate of 32 bits.
///
/// # Safety
///
/// Those of [`write_past`].
#[cfg(not(all(
    target_arch = "x86_64",
    target_pointer_width = "64",
    not(sgn_volatile_trailer)
)))]
#[inline(always)]
pub(in crate::memory) unsafe fn write_short_past<const NUMBER: u64>(start: *mut u8, size: usize) {
    // SAFETY: the caller's promise is the same.
    unsafe { write_past(start, size, NUMBER) };
}

/// Reads a number past the live block of `size` bytes at `start`.
///
/// # Safety
///
/// A number was written there.
#[cfg(all(
    target_arch = "x86_64",
    target_pointer_width = "64",
    not(sgn_volatile_trailer)
))]
#[inline(always)]
pub(in crate::memory) unsafe fn read_past(start: *mut u8, size: usize) -> u64 {
    let number: u64;
    // SAFETY: the eight bytes are initialised; the instruction needs no alignment and changes
    // nothing but its register.
    unsafe {
        std::arch::asm!(
            "mov {number}, qword ptr [{start} + {size}]",
            start = in(reg) start,
            size = in(reg) size,
            number = lateout(reg) number,
            options(nostack, preserves_flags, readonly),
        );
    }
    number
}

/// Reads a number past the live block of `size` bytes at `start`.
///
/// # Safety
///
/// A number was written there.
#[cfg(not(all(
    target_arch = "x86_64",
    target_pointer_width = "64",
    not(sgn_volatile_trailer)
)))]
#[inline(always)]
pub(in crate::memory) unsafe fn read_past(start: *mut u8, size: usize) -> u64 {
    let past = start.wrapping_add(size).cast::<Unaligned>();
    // SAFETY: the eight bytes are initialised; a packed value needs no alignment.
    let Unaligned(number) = unsafe { past.read_volatile() };
    number
}
