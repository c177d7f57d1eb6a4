//! Pages of the operating system and the end of a thread: nothing here knows what is counted.

pub(super) mod arch;
pub(super) mod pages;
pub(super) mod thread_end;
