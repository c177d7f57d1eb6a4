//! The blocks that a census did not reach, remembered for the next one.

use crate::memory::census::heap::Block;
use crate::memory::id::sites::SiteId;
use crate::memory::sys::pages::PageBuffer;

/// A block that was not reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    start: usize,
    size: usize,
    birth: u32,
    site: u32,
}

impl Entry {
    fn new(block: &Block, site: SiteId) -> Self {
        Self {
            start: block.start,
            size: block.size,
            birth: block.birth,
            site: site.offset(),
        }
    }
}

/// The blocks that a census did not reach, in the order of their addresses.
pub(crate) struct Unreachable(PageBuffer<Entry>);

impl Unreachable {
    /// Returns a list without blocks.
    pub(crate) const fn new() -> Self {
        Self(PageBuffer::new())
    }

    /// Adds the next block; false if the system has no pages.
    pub(super) fn push(&mut self, block: &Block, site: SiteId) -> bool {
        self.0.push(Entry::new(block, site))
    }

    /// Returns true if this block is among them: the same address, size, line and birth.
    pub(super) fn has(&self, block: &Block, site: SiteId) -> bool {
        self.0.binary_search(&Entry::new(block, site)).is_ok()
    }
}
