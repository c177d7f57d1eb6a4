//! The memory of the profiler itself.

use crate::memory::snapshot::snapshot::Snapshot;
use crate::memory::sys::pages;
use crate::memory::thread::tables;

impl Snapshot {
    /// Returns the bytes of memory that the profiler's own tables and snapshots occupy now.
    ///
    /// They are pages from the operating system and no part of [`total`](Self::total).
    #[must_use]
    pub fn profiler_memory() -> usize {
        pages::committed() + tables::committed()
    }

    /// Returns the bytes of address space that the profiler's own tables and snapshots have reserved now.
    #[must_use]
    pub fn profiler_address_space() -> usize {
        pages::reserved()
    }
}
