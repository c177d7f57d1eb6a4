//! The owners that a snapshot of a pipeline covers.

use crate::memory::id::owner::OwnerId;
use crate::memory::sys::pages::PageBuffer;

/// Some of the owners, in the order in which they were given. It allocates nothing through the counted allocator.
pub(crate) struct Part {
    /// In the order in which they were given.
    ordered: PageBuffer<OwnerId>,
    /// In ascending order, for look-ups.
    sorted: PageBuffer<OwnerId>,
}

impl Part {
    /// Returns the part of these owners.
    ///
    /// The built-in owners are left out: they stand for the whole process.
    ///
    /// # Panics
    ///
    /// Panics if the operating system has no pages for them.
    pub(crate) fn new(owners: impl Iterator<Item = OwnerId>) -> Self {
        let mut part = Self {
            ordered: PageBuffer::new(),
            sorted: PageBuffer::new(),
        };
        for owner in owners.filter(|owner| !owner.is_built_in()) {
            let ready = part.ordered.push(owner) && part.sorted.push(owner);
            assert!(ready, "the operating system has no pages for a snapshot");
        }
        part.sorted.sort_unstable();
        part
    }

    pub(super) fn has(&self, owner: OwnerId) -> bool {
        self.sorted.binary_search(&owner).is_ok()
    }

    pub(super) fn owners(&self) -> &[OwnerId] {
        &self.ordered
    }
}
