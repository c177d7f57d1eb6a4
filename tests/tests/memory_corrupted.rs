//! A tag that the program overwrote is noticed, never followed, and reported.

#![expect(unsafe_code, reason = "writes past the end of a block on purpose")]

use std::alloc::{Layout, alloc, dealloc};
use std::hint::black_box;

use sgn::memory::{self, Blocks, Snapshot, register, scope};
use sgn::report::Report;

sgn::counting_allocator!();

/// Allocates `size` bytes, writes `past` bytes more than that, and frees.
fn overrun(size: usize, past: usize) {
    let layout = Layout::from_size_align(size, 1).expect("a layout");
    // SAFETY: the size is not zero.
    let start = unsafe { alloc(layout) };
    assert!(!start.is_null());
    for place in 0..size + past {
        // SAFETY: up to eight bytes past the end belong to the allocator that is tested.
        unsafe { black_box(start).wrapping_add(place).write_volatile(0xFF) };
    }
    // SAFETY: the block is live and has this layout.
    unsafe { dealloc(start, layout) };
}

fn main() {
    assert!(memory::enable());
    let owner = register("careless:src:out");
    scope(owner, || overrun(64, 0));
    let before = Snapshot::take();
    assert_eq!(before.corrupted(), Blocks::default());
    assert_eq!(before.owner(owner).usage.live_bytes, 0);

    // One byte too many is enough.
    scope(owner, || overrun(64, 1));
    scope(owner, || overrun(1023, 8));
    let after = Snapshot::take();
    assert_eq!(
        after.corrupted(),
        Blocks {
            bytes: 64 + 1023,
            blocks: 2
        }
    );
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
    Report::new().write(after, 1, &mut |line| {
        said |= line == "| freed with a tag overwritten, still live above: 2 blocks, 1.1 KiB";
    });
    assert!(said);
}
