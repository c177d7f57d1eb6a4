//! Pages of the operating system, instructions, and the end of a thread: nothing here depends on
//! what is counted.

pub(super) mod arch;
pub(super) mod pages;
pub(super) mod thread_end;
