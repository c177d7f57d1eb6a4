//! Pages of the operating system, instructions, the end of a thread, and what a search through the memory of the
//! process needs: nothing here depends on what is counted.

pub(super) mod arch;
#[cfg(all(target_os = "linux", not(miri)))]
mod files;
#[cfg_attr(not(test), expect(dead_code, reason = "the census comes next"))]
pub(super) mod mappings;
mod own;
pub(super) mod pages;
#[cfg_attr(not(test), expect(dead_code, reason = "the census comes next"))]
pub(super) mod park;
#[cfg_attr(not(test), expect(dead_code, reason = "the census comes next"))]
pub(super) mod read;
#[cfg_attr(not(test), expect(dead_code, reason = "the census comes next"))]
pub(super) mod regions;
#[cfg(all(
    target_os = "linux",
    target_pointer_width = "64",
    any(target_arch = "x86_64", target_arch = "aarch64"),
    not(miri)
))]
mod registers;
#[cfg(all(
    target_os = "linux",
    target_pointer_width = "64",
    any(target_arch = "x86_64", target_arch = "aarch64"),
    not(miri)
))]
mod signal;
#[cfg_attr(not(test), expect(dead_code, reason = "the census comes next"))]
pub(super) mod statics;
#[cfg(all(
    target_os = "linux",
    target_pointer_width = "64",
    any(target_arch = "x86_64", target_arch = "aarch64"),
    not(miri)
))]
mod tasks;
pub(super) mod thread_end;
