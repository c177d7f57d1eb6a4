//! How often a growing block keeps its place, with `sgn` and without: it must not lose that.
//!
//! Fails if blocks move more often than with the allocator by itself.

use std::alloc::{GlobalAlloc, Layout, System};

use sgn::memory::CountingAllocator;

/// Grows a block by an eighth until it has `end` bytes; how often it stayed, out of how often.
fn stays(allocator: &impl GlobalAlloc, start: usize, end: usize) -> (u32, u32) {
    let layout = |size| Layout::from_size_align(size, 1).expect("a layout");
    let (mut stayed, mut grown, mut size) = (0, 0, start);
    // SAFETY: the size is not zero.
    let mut block = unsafe { allocator.alloc(layout(size)) };
    while size < end {
        let next = size + size / 8;
        // SAFETY: the block is live and has this layout; the new size is not zero.
        let moved = unsafe { allocator.realloc(block, layout(size), next) };
        assert!(!moved.is_null());
        stayed += u32::from(moved == block);
        grown += 1;
        (block, size) = (moved, next);
    }
    // SAFETY: the block is live and has this layout.
    unsafe { allocator.dealloc(block, layout(size)) };
    (stayed, grown)
}

fn compare<A: GlobalAlloc + 'static>(name: &str, plain: A, counted: &CountingAllocator<A>) {
    for (kind, start, end) in [("small", 16, 1000), ("large", 1024, 64 << 20)] {
        let (alone, grown) = stays(&plain, start, end);
        let (ours, _) = stays(counted, start, end);
        println!("{name}_{kind}_stays_plain {alone} of_{grown}");
        println!("{name}_{kind}_stays_counted {ours} of_{grown}");
        // not quite the same every time: it depends on what lies behind the block
        assert!(10 * ours >= 9 * alone, "{name}: {kind} blocks move");
    }
}

fn main() {
    compare("glibc", System, &CountingAllocator::new(System));
    let mimalloc = mimalloc::MiMalloc;
    compare(
        "mimalloc",
        mimalloc,
        &CountingAllocator::new(mimalloc::MiMalloc),
    );
    let jemalloc = tikv_jemallocator::Jemalloc;
    compare(
        "jemalloc",
        jemalloc,
        &CountingAllocator::new(tikv_jemallocator::Jemalloc),
    );
}
