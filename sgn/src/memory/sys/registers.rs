//! The registers of a thread that may hold the only pointer to a block.

#![expect(unsafe_code, reason = "reads registers")]

use std::arch::asm;

/// The number of general registers that a function has to preserve for its caller.
#[cfg(target_arch = "x86_64")]
pub(super) const PRESERVED: usize = 6;
#[cfg(target_arch = "aarch64")]
pub(super) const PRESERVED: usize = 11;

/// The bytes below its stack pointer that a function may use without moving the pointer.
#[cfg(target_arch = "x86_64")]
pub(super) const RED_ZONE: usize = 128;
#[cfg(target_arch = "aarch64")]
pub(super) const RED_ZONE: usize = 0;

/// Returns the registers that functions preserve. A function that calls this one, and is not inlined, finds in them
/// what its callers have there and not on the stack.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
pub(super) fn preserved() -> [usize; PRESERVED] {
    let mut saved = [0_usize; PRESERVED];
    // SAFETY: writes six words to the array, and changes nothing else.
    unsafe {
        asm!(
            "mov qword ptr [{to}], rbx",
            "mov qword ptr [{to} + 8], rbp",
            "mov qword ptr [{to} + 16], r12",
            "mov qword ptr [{to} + 24], r13",
            "mov qword ptr [{to} + 32], r14",
            "mov qword ptr [{to} + 40], r15",
            to = in(reg) saved.as_mut_ptr(),
            options(nostack, preserves_flags),
        );
    }
    saved
}

/// Returns the registers that functions preserve. A function that calls this one, and is not inlined, finds in them
/// what its callers have there and not on the stack.
#[cfg(target_arch = "aarch64")]
#[inline(always)]
pub(super) fn preserved() -> [usize; PRESERVED] {
    let mut saved = [0_usize; PRESERVED];
    // SAFETY: writes eleven words to the array, and changes nothing else.
    unsafe {
        asm!(
            "stp x19, x20, [{to}]",
            "stp x21, x22, [{to}, #16]",
            "stp x23, x24, [{to}, #32]",
            "stp x25, x26, [{to}, #48]",
            "stp x27, x28, [{to}, #64]",
            "str x29, [{to}, #80]",
            to = in(reg) saved.as_mut_ptr(),
            options(nostack, preserves_flags),
        );
    }
    saved
}

/// Returns the stack pointer.
#[inline(always)]
pub(super) fn stack_pointer() -> usize {
    let pointer: usize;
    #[cfg(target_arch = "x86_64")]
    // SAFETY: reads a register.
    unsafe {
        asm!("mov {}, rsp", lateout(reg) pointer, options(nomem, nostack, preserves_flags));
    }
    #[cfg(target_arch = "aarch64")]
    // SAFETY: reads a register.
    unsafe {
        asm!("mov {}, sp", lateout(reg) pointer, options(nomem, nostack, preserves_flags));
    }
    pointer
}

/// Returns the thread pointer, by which a thread finds its own variables.
#[inline(always)]
pub(super) fn thread_pointer() -> usize {
    let pointer: usize;
    #[cfg(target_arch = "x86_64")]
    // SAFETY: the first word that the register points to is its own address, by the system's rules for threads.
    unsafe {
        asm!("mov {}, fs:[0]", lateout(reg) pointer, options(nostack, preserves_flags, readonly));
    }
    #[cfg(target_arch = "aarch64")]
    // SAFETY: reads a register.
    unsafe {
        asm!("mrs {}, tpidr_el0", lateout(reg) pointer, options(nomem, nostack, preserves_flags));
    }
    pointer
}

/// The bytes above the thread pointer that the C library may use for what it knows of the thread, if its variables are
/// below the pointer.
#[cfg(target_arch = "x86_64")]
pub(super) const ABOVE_THREAD_POINTER: Option<usize> = Some(4096);
#[cfg(target_arch = "aarch64")]
pub(super) const ABOVE_THREAD_POINTER: Option<usize> = None;

/// Returns the stack pointer of an interrupted thread.
#[cfg(target_arch = "x86_64")]
pub(super) fn stack_pointer_of(context: &libc::ucontext_t) -> usize {
    // The type of a register is a signed number.
    context.uc_mcontext.gregs[libc::REG_RSP as usize] as usize
}

/// Returns the stack pointer of an interrupted thread.
#[cfg(target_arch = "aarch64")]
pub(super) fn stack_pointer_of(context: &libc::ucontext_t) -> usize {
    context.uc_mcontext.sp as usize
}
