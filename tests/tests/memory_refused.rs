//! What the inner allocator refuses is refused to the program, and nothing is counted: neither when
//! memory is out nor for sizes that no machine has. A block that could not grow stays as it was, its
//! owner included.

#![expect(
    unsafe_code,
    reason = "an allocator, and calls with layouts of its own"
)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use sgn::memory::{self, CountingAllocator, OwnerId, Snapshot, register, scope};

/// The system's allocator, which has no memory at times.
struct Stingy;

static REFUSES: AtomicBool = AtomicBool::new(false);

// SAFETY: every request is handed on as it is, or refused.
unsafe impl GlobalAlloc for Stingy {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if REFUSES.load(Relaxed) {
            return std::ptr::null_mut();
        }
        // SAFETY: the caller's contract is ours.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        if REFUSES.load(Relaxed) {
            return std::ptr::null_mut();
        }
        // SAFETY: the caller's contract is ours.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, start: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        if REFUSES.load(Relaxed) {
            return std::ptr::null_mut();
        }
        // SAFETY: the caller's contract is ours.
        unsafe { System.realloc(start, layout, new_size) }
    }

    unsafe fn dealloc(&self, start: *mut u8, layout: Layout) {
        // SAFETY: the caller's contract is ours.
        unsafe { System.dealloc(start, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: CountingAllocator<Stingy> = CountingAllocator::new(Stingy);

/// Keeps nearly all tags past the ends of blocks, where the other one has a table.
static BY_TRAILER: CountingAllocator = CountingAllocator::system();

/// On both sides of each border between the homes of a tag.
const SIZES: [usize; 6] = [1, 64, 1023, 1024, 5000, 300 << 20];

/// The largest that a layout may have, and what is near it with a tag added or rounded up; then
/// what is merely more than a machine has addresses for.
const IMPOSSIBLE: [usize; 8] = [
    isize::MAX as usize,
    isize::MAX as usize - 7,
    isize::MAX as usize - 8,
    isize::MAX as usize - 15,
    isize::MAX as usize - 16,
    isize::MAX as usize - 4096,
    isize::MAX as usize / 2,
    1 << 47,
];

fn layout(size: usize, align: usize) -> Option<Layout> {
    Layout::from_size_align(size, align).ok()
}

/// Calls `work` while there is no memory; nothing may be counted meanwhile.
fn without_memory<R>(work: impl FnOnce() -> R) -> R {
    let before = Snapshot::take().total();
    REFUSES.store(true, Relaxed);
    let answer = work();
    REFUSES.store(false, Relaxed);
    assert_eq!(Snapshot::take().total(), before);
    answer
}

/// The live bytes and blocks of two owners.
fn live(owners: [OwnerId; 2]) -> [(u64, u64); 2] {
    let now = Snapshot::take();
    owners.map(|owner| {
        let usage = now.owner(owner).usage;
        (usage.live_bytes, usage.live_blocks)
    })
}

fn new_blocks_are_refused(owner: OwnerId) {
    for layout in SIZES.iter().filter_map(|size| layout(*size, 16)) {
        without_memory(|| {
            scope(owner, || {
                // SAFETY: the size is not zero.
                assert!(unsafe { std::alloc::alloc(layout) }.is_null());
                // SAFETY: the size is not zero.
                assert!(unsafe { std::alloc::alloc_zeroed(layout) }.is_null());
                assert!(Vec::<u8>::new().try_reserve(layout.size()).is_err());
            });
        });
    }
}

/// A block of `first` keeps its bytes, its owner and its tag if it cannot become one of another size.
fn growth_is_refused([maker, grower]: [OwnerId; 2], first: Layout) {
    let allocate = || {
        // SAFETY: the size is not zero.
        unsafe { std::alloc::alloc(first) }
    };
    let start = scope(maker, allocate);
    assert!(!start.is_null());
    // SAFETY: the block has a byte.
    unsafe { start.write(0x17) };
    let sizes = SIZES.iter().filter(|size| **size != first.size());
    for size in sizes.copied().chain(IMPOSSIBLE) {
        if layout(size, first.align()).is_none() {
            continue;
        }
        let grow = || {
            // SAFETY: the block is live, has this layout, and the new size is one of a layout.
            unsafe { std::alloc::realloc(start, first, size) }
        };
        let moved = if IMPOSSIBLE.contains(&size) {
            let before = Snapshot::take().total();
            let moved = scope(grower, grow);
            assert_eq!(Snapshot::take().total(), before, "{size}");
            moved
        } else {
            without_memory(|| scope(grower, grow))
        };
        assert!(moved.is_null(), "{size}");
        // SAFETY: the block is as it was, and its first byte was written.
        assert_eq!(unsafe { start.read() }, 0x17);
        let expected = [(first.size() as u64, 1), (0, 0)];
        assert_eq!(live([maker, grower]), expected, "{size}");
    }
    // SAFETY: the block is live and has this layout.
    scope(grower, || unsafe { std::alloc::dealloc(start, first) });
    assert_eq!(live([maker, grower]), [(0, 0); 2]);
}

/// A block that was born while counting was off, and that could not grow, is still not counted.
fn not_counted_stays_so(owner: OwnerId) {
    for first in SIZES.iter().filter_map(|size| layout(*size, 8)) {
        memory::disable();
        // SAFETY: the size is not zero.
        let start = unsafe { std::alloc::alloc(first) };
        assert!(memory::enable());
        let grow = || {
            // SAFETY: the block is live, has this layout, and the new size is not zero.
            unsafe { std::alloc::realloc(start, first, first.size() * 2) }
        };
        let before = Snapshot::take().total();
        assert!(without_memory(|| scope(owner, grow)).is_null());
        // SAFETY: the block is live and has this layout.
        unsafe { std::alloc::dealloc(start, first) };
        assert_eq!(Snapshot::take().total(), before);
    }
}

fn impossible_sizes_are_refused<A: GlobalAlloc>(allocator: &A, owner: OwnerId) {
    let aligns = [1, 8, 16, 64, 4096, 1 << 20];
    let all = IMPOSSIBLE.iter().flat_map(|size| {
        let layouts = aligns.iter().filter_map(|align| layout(*size, *align));
        layouts.collect::<Vec<_>>()
    });
    let all: Vec<_> = all.collect();
    assert!(all.len() > aligns.len());
    let before = Snapshot::take().total();
    for layout in all.iter().copied() {
        scope(owner, || {
            // SAFETY: the size is not zero.
            let start = unsafe { allocator.alloc(layout) };
            assert!(start.is_null(), "{layout:?}");
            // SAFETY: the size is not zero.
            let start = unsafe { allocator.alloc_zeroed(layout) };
            assert!(start.is_null(), "{layout:?}");
        });
    }
    assert_eq!(Snapshot::take().total(), before);
}

fn main() {
    assert!(memory::enable());
    let owners = [register("maker:src:out"), register("grower:src:out")];
    new_blocks_are_refused(owners[0]);
    for size in SIZES {
        for align in [1, 16, 4096] {
            growth_is_refused(owners, layout(size, align).expect("a layout"));
        }
    }
    not_counted_stays_so(owners[0]);
    impossible_sizes_are_refused(&ALLOCATOR, owners[0]);
    impossible_sizes_are_refused(&BY_TRAILER, owners[0]);
    let end = Snapshot::take();
    assert_eq!(end.corrupted().blocks + end.unplaced().blocks, 0);
}
