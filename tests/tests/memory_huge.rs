//! Blocks of all sizes keep their owner, also when they grow and shrink past the size above which
//! the tag has another home.

#![expect(unsafe_code, reason = "calls the allocator with layouts of its own")]

use std::alloc::{Layout, alloc, alloc_zeroed, dealloc, realloc};

use sgn::memory::{self, Blocks, OwnerId, Snapshot, register, scope};

sgn::counting_allocator!();

/// From a few bytes to more than the system takes from its heap, on both sides of each limit.
const SIZES: [usize; 8] = [
    1,
    1023,
    1024,
    1 << 20,
    (1 << 28) - 1,
    1 << 28,
    (1 << 28) + 1,
    300 << 20,
];

fn live(owner: OwnerId) -> (u64, u64) {
    let usage = Snapshot::take().owner(owner).usage;
    (usage.live_bytes, usage.live_blocks)
}

/// Allocates a block, resizes it to each size in turn, and frees it.
fn resize(first: usize, align: usize, zeroed: bool, makers: [OwnerId; 2]) {
    let layout = |size| Layout::from_size_align(size, align).expect("a layout");
    let allocate = if zeroed { alloc_zeroed } else { alloc };
    // SAFETY: the size is not zero.
    let mut start = scope(makers[0], || unsafe { allocate(layout(first)) });
    assert!(!start.is_null());
    assert_eq!(live(makers[0]), (first as u64, 1));
    let mut size = first;
    for next in SIZES {
        // SAFETY: the block is live, of this layout, and the new size is not zero.
        start = scope(makers[1], || unsafe { realloc(start, layout(size), next) });
        assert!(!start.is_null());
        assert_eq!(live(makers[0]), (0, 0));
        assert_eq!(live(makers[1]), (next as u64, 1), "{size} to {next}");
        size = next;
    }
    // SAFETY: the block is live and has this layout.
    unsafe { dealloc(start, layout(size)) };
    assert_eq!(live(makers[1]), (0, 0));
}

fn main() {
    assert!(memory::enable());
    let makers = [register("first:src:out"), register("next:src:out")];
    for first in SIZES {
        resize(first, 1, false, makers);
        resize(first, 8, true, makers);
    }
    for align in [16, 4096] {
        resize(64, align, true, makers);
    }
    let end = Snapshot::take();
    assert_eq!(end.corrupted(), Blocks::default());
    assert_eq!(end.unplaced(), Blocks::default());
}
