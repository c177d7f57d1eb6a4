//! Growth: the live bytes and blocks of each line through a run, in a fixed amount of memory.

pub(super) mod history;
pub(super) mod timeline;
