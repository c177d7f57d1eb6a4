//! Recording of blocks as the hot path does it, without the blocks.

use crate::memory::id::tag::Tag;
use crate::memory::thread::shard;

#[path = "../../../../sgn/src/memory/alloc/record.rs"]
mod record;

/// Counts a new block, as `hot_path::record_alloc` does; returns its tag.
pub(in crate::memory) fn allocate(size: usize) -> Tag {
    match record::count_alloc(size) {
        record::AllocOutcome::Counted(tag) => tag,
        record::AllocOutcome::NotCounted => Tag::NOT_COUNTED,
        record::AllocOutcome::NewPeak(tag, headroom) => {
            shard::reset_headroom(headroom);
            tag
        }
        record::AllocOutcome::NeedsSlowPath => record::count_alloc_slow(size),
    }
}
