//! Pages of the operating system, instructions, the end of a thread, and what a search through the memory of the
//! process needs: nothing here depends on what is counted.

pub(super) mod address;
pub(super) mod arch;
pub(super) mod cannot;
#[cfg(all(target_os = "linux", not(miri)))]
mod files;
pub(super) mod mappings;
mod own;
pub(super) mod pages;
pub(super) mod park;
pub(super) mod read;
pub(super) mod regions;
#[cfg(all(
    target_os = "linux",
    target_pointer_width = "64",
    any(target_arch = "x86_64", target_arch = "aarch64"),
    not(miri)
))]
mod registers;
pub(super) mod resident;
#[cfg(all(
    target_os = "linux",
    target_pointer_width = "64",
    any(target_arch = "x86_64", target_arch = "aarch64"),
    not(miri)
))]
mod signal;
pub(super) mod statics;
#[cfg(all(
    target_os = "linux",
    target_pointer_width = "64",
    any(target_arch = "x86_64", target_arch = "aarch64"),
    not(miri)
))]
mod tasks;
pub(super) mod thread_end;
