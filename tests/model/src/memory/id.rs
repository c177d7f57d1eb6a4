//! Owners, lines and sites; few of them.

#[path = "../../../../sgn/src/memory/id/key.rs"]
pub(super) mod key;
#[path = "../../../../sgn/src/memory/id/mark.rs"]
pub(super) mod mark;
#[path = "../../../../sgn/src/memory/id/owner.rs"]
pub(super) mod owner;
#[path = "../../../../sgn/src/memory/id/sites.rs"]
pub(super) mod sites;
#[path = "../../../../sgn/src/memory/id/tag.rs"]
pub(super) mod tag;

/// Limits so small that a table is read in a few steps.
pub(super) mod limits {
    pub(in crate::memory) const MAX_SITES: usize = 8;
    pub(in crate::memory) const MAX_OWNERS: usize = 8;
    pub(in crate::memory) const CHUNK: usize = 8;
    pub(in crate::memory) const MAX_TABLES: usize = 4;
    pub(in crate::memory) const MAX_WAITING: usize = 0;
}

/// Stands in for the library's: no owner ends.
pub(super) mod names {
    use crate::memory::id::owner::OwnerId;

    pub(in crate::memory) fn end() -> usize {
        OwnerId::RUNTIME.index() + 1
    }

    impl real::fmt::Debug for OwnerId {
        fn fmt(&self, formatter: &mut real::fmt::Formatter<'_>) -> real::fmt::Result {
            self.number().fmt(formatter)
        }
    }

    pub(in crate::memory) fn is_live(_owner: OwnerId) -> bool {
        true
    }
}

/// Stands in for the library's: no tag is damaged.
pub(super) mod anomalies {
    pub(in crate::memory) fn record_corrupted(size: usize) {
        panic!("a block of {size} bytes has no tag");
    }
}
