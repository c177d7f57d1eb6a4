//! Counts from outside what a program allocates: a library for `LD_PRELOAD`, for Linux with glibc.
//!
//! It takes the place of `malloc` and its kin, counts what the program itself asks for, and hands
//! on. Who asks is told by the return address: a Rust program and its standard library are one
//! file, and what the C library allocates for its own use is asked for from another. It shares no
//! code, no table and no idea with the allocator that it is to check.

mod births;
mod program;

use std::arch::naked_asm;
use std::ffi::{c_int, c_void};
use std::ptr;

#[cfg(not(all(
    target_os = "linux",
    target_env = "gnu",
    any(target_arch = "x86_64", target_arch = "aarch64")
)))]
compile_error!("this library is for Linux with glibc on x86-64 or aarch64");

unsafe extern "C" {
    fn __libc_malloc(size: usize) -> *mut c_void;
    fn __libc_calloc(count: usize, size: usize) -> *mut c_void;
    fn __libc_realloc(start: *mut c_void, size: usize) -> *mut c_void;
    fn __libc_memalign(align: usize, size: usize) -> *mut c_void;
    fn __libc_free(start: *mut c_void);
}

const OUT_OF_MEMORY: c_int = 12;

/// Writes bytes and blocks ever allocated, bytes and blocks that live: four numbers.
///
/// # Safety
///
/// `totals` has room for four numbers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sgn_oracle_totals(totals: *mut [u64; 4]) {
    // SAFETY: the caller promises the room.
    unsafe { totals.write(births::totals()) }
}

fn born(start: *mut c_void, size: usize, caller: usize) -> *mut c_void {
    if !start.is_null() && program::owns(caller) {
        births::note(start.addr(), size);
    }
    start
}

/// Defines a C function that calls `$counted` with the address it returns to as one argument more.
macro_rules! with_caller {
    ($(#[$attribute:meta])* $name:ident($($argument:ident: $type:ty),*) -> $result:ty,
     $x86:literal, $arm:literal, $counted:ident) => {
        $(#[$attribute])*
        #[unsafe(no_mangle)]
        #[unsafe(naked)]
        pub unsafe extern "C" fn $name($($argument: $type),*) -> $result {
            #[cfg(target_arch = "x86_64")]
            naked_asm!(concat!("mov ", $x86, ", [rsp]"), "jmp {}", sym $counted);
            #[cfg(target_arch = "aarch64")]
            naked_asm!(concat!("mov ", $arm, ", x30"), "b {}", sym $counted);
        }
    };
}

with_caller! {
    /// # Safety
    ///
    /// As of the C function.
    malloc(size: usize) -> *mut c_void, "rsi", "x1", counted_malloc
}

unsafe extern "C" fn counted_malloc(size: usize, caller: usize) -> *mut c_void {
    // SAFETY: the caller's contract is ours.
    let start = unsafe { __libc_malloc(size) };
    born(start, size, caller)
}

with_caller! {
    /// # Safety
    ///
    /// As of the C function.
    calloc(count: usize, size: usize) -> *mut c_void, "rdx", "x2", counted_calloc
}

unsafe extern "C" fn counted_calloc(count: usize, size: usize, caller: usize) -> *mut c_void {
    // SAFETY: the caller's contract is ours.
    let start = unsafe { __libc_calloc(count, size) };
    born(start, count.wrapping_mul(size), caller)
}

with_caller! {
    /// # Safety
    ///
    /// As of the C function.
    realloc(start: *mut c_void, size: usize) -> *mut c_void, "rdx", "x2", counted_realloc
}

/// A `realloc` is the end of the old block and the birth of the new one.
unsafe extern "C" fn counted_realloc(
    start: *mut c_void,
    size: usize,
    caller: usize,
) -> *mut c_void {
    // Before it moves: another thread may get its place at once.
    let before = births::forget(start.addr());
    // SAFETY: the caller's contract is ours.
    let moved = unsafe { __libc_realloc(start, size) };
    match before {
        Some(before) if moved.is_null() => births::restore(start.addr(), before),
        _ => return born(moved, size, caller),
    }
    moved
}

with_caller! {
    /// # Safety
    ///
    /// As of the C function.
    aligned_alloc(align: usize, size: usize) -> *mut c_void, "rdx", "x2", counted_memalign
}

with_caller! {
    /// # Safety
    ///
    /// As of the C function.
    memalign(align: usize, size: usize) -> *mut c_void, "rdx", "x2", counted_memalign
}

unsafe extern "C" fn counted_memalign(align: usize, size: usize, caller: usize) -> *mut c_void {
    // SAFETY: the caller's contract is ours.
    let start = unsafe { __libc_memalign(align, size) };
    born(start, size, caller)
}

with_caller! {
    /// # Safety
    ///
    /// As of the C function.
    posix_memalign(place: *mut *mut c_void, align: usize, size: usize) -> c_int, "rcx", "x3", counted_posix_memalign
}

unsafe extern "C" fn counted_posix_memalign(
    place: *mut *mut c_void,
    align: usize,
    size: usize,
    caller: usize,
) -> c_int {
    // SAFETY: the caller's contract is ours.
    let start = unsafe { counted_memalign(align, size, caller) };
    if start.is_null() {
        return OUT_OF_MEMORY;
    }
    // SAFETY: the caller promises a place for an address.
    unsafe { ptr::write(place, start) };
    0
}

/// # Safety
///
/// As of the C function.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn free(start: *mut c_void) {
    births::forget(start.addr());
    // SAFETY: the caller's contract is ours.
    unsafe { __libc_free(start) }
}
