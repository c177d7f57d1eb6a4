//! Counts of blocks that the allocator could not account for.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

static CORRUPTED_BYTES: AtomicU64 = AtomicU64::new(0);
static CORRUPTED_BLOCKS: AtomicU64 = AtomicU64::new(0);
static UNPLACED_BYTES: AtomicU64 = AtomicU64::new(0);
static UNPLACED_BLOCKS: AtomicU64 = AtomicU64::new(0);

/// A number of blocks and their bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Blocks {
    /// Bytes, as the program requested them.
    pub bytes: u64,
    /// Blocks.
    pub blocks: u64,
}

/// Records the free of a block whose tag was overwritten: it is not counted at any site.
#[cold]
#[inline(never)]
pub(in crate::memory) fn record_corrupted(size: usize) {
    CORRUPTED_BYTES.fetch_add(size as u64, Relaxed);
    CORRUPTED_BLOCKS.fetch_add(1, Relaxed);
}

/// Records the allocation of a block that is not counted because the system gave no page for its
/// tag.
#[cold]
#[inline(never)]
pub(in crate::memory) fn record_unplaced(size: usize) {
    UNPLACED_BYTES.fetch_add(size as u64, Relaxed);
    UNPLACED_BLOCKS.fetch_add(1, Relaxed);
}

pub(in crate::memory) fn corrupted() -> Blocks {
    Blocks {
        bytes: CORRUPTED_BYTES.load(Relaxed),
        blocks: CORRUPTED_BLOCKS.load(Relaxed),
    }
}

pub(in crate::memory) fn unplaced() -> Blocks {
    Blocks {
        bytes: UNPLACED_BYTES.load(Relaxed),
        blocks: UNPLACED_BLOCKS.load(Relaxed),
    }
}
