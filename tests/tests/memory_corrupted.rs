//! A tag that the program overwrote is noticed, never followed, and reported.

#![expect(unsafe_code, reason = "writes past the end of a block on purpose")]

use std::alloc::{Layout, alloc, dealloc, realloc};
use std::hint::black_box;

use sgn::memory::{self, Blocks, OwnerId, Snapshot, register, release, scope};
use sgn::report::{Moment, TextReport};

sgn::counting_allocator!();

fn layout(size: usize) -> Layout {
    Layout::from_size_align(size, 1).expect("a layout")
}

/// Allocates `size` bytes and writes `past` bytes more than that.
fn overrun(size: usize, past: usize) -> *mut u8 {
    // SAFETY: the size is not zero.
    let start = unsafe { alloc(layout(size)) };
    assert!(!start.is_null());
    for place in 0..size + past {
        // SAFETY: up to eight bytes past the end belong to the allocator that is tested.
        unsafe { black_box(start).wrapping_add(place).write_volatile(0xFF) };
    }
    start
}

fn free(start: *mut u8, size: usize) {
    // SAFETY: the block is live and has this layout.
    unsafe { dealloc(start, layout(size)) };
}

fn live(owner: OwnerId) -> (u64, u64) {
    let usage = Snapshot::take().owner(owner).usage;
    (usage.live_bytes, usage.live_blocks)
}

/// A damaged block that is resized is noticed then; the new one is counted like any other.
fn resized(from: usize, to: usize) {
    let owner = register("resizer:src:out");
    let (known, (bytes, blocks)) = (Snapshot::take().corrupted(), live(owner));
    let start = scope(owner, || overrun(from, 1));
    let impossible = isize::MAX as usize;
    // SAFETY: the block is live and has this layout; the new size is one of a layout.
    let refused = scope(owner, || unsafe {
        realloc(start, layout(from), impossible)
    });
    assert!(refused.is_null());
    assert_eq!(Snapshot::take().corrupted(), known, "it did not end yet");
    // SAFETY: the block is live, has this layout, and the new size is not zero.
    let moved = scope(owner, || unsafe { realloc(start, layout(from), to) });
    assert!(!moved.is_null());
    // SAFETY: both the old and the new block have a byte, which was written.
    assert_eq!(unsafe { moved.read() }, 0xFF);
    let now = Snapshot::take().corrupted();
    assert_eq!(now.bytes - known.bytes, from as u64, "{from} to {to}");
    assert_eq!(now.blocks - known.blocks, 1, "{from} to {to}");
    let stays = (bytes + from as u64, blocks + 1);
    assert_eq!(live(owner), (stays.0 + to as u64, stays.1 + 1));
    free(moved, to);
    assert_eq!(live(owner), stays);
    assert_eq!(Snapshot::take().corrupted(), now);
    release(owner);
}

fn main() {
    assert!(memory::enable());
    let owner = register("careless:src:out");
    scope(owner, || free(overrun(64, 0), 64));
    let before = Snapshot::take();
    assert_eq!(before.corrupted(), Blocks::default());
    assert_eq!(before.owner(owner).usage.live_bytes, 0);

    // One byte too many is enough.
    scope(owner, || free(overrun(64, 1), 64));
    scope(owner, || free(overrun(1023, 8), 1023));
    let after = Snapshot::take();
    let corrupted = after.corrupted();
    assert_eq!((corrupted.bytes, corrupted.blocks), (64 + 1023, 2));
    assert_eq!(
        after.owner(owner).usage.live_bytes,
        64 + 1023,
        "they count as live for ever"
    );
    assert_eq!(after.owner(owner).usage.total_blocks, 3);
    assert_eq!(
        after
            .owners()
            .map(|owner| owner.usage)
            .sum::<memory::Usage>(),
        after.total()
    );

    let mut said = false;
    TextReport::new().write(Moment::of(after, 1), &mut |line| {
        said |= line == "| freed with a tag overwritten, still live above: 2 blocks, 1.1 KiB";
    });
    assert!(said);

    for (from, to) in [
        (64, 200),
        (200, 64),
        (1000, 5000),
        (5000, 1000),
        (64, 300 << 20),
    ] {
        resized(from, to);
    }
}
