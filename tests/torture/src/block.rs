//! A block of any size and alignment, and the dice.

#![expect(
    unsafe_code,
    reason = "calls the allocator directly, to choose the layout"
)]

use std::alloc::{Layout, alloc, alloc_zeroed, dealloc, realloc};
use std::ptr::NonNull;

/// A block whose first and last byte are written and checked.
#[derive(Debug)]
pub(super) struct Block {
    start: NonNull<u8>,
    layout: Layout,
}

// SAFETY: the block owns its bytes.
unsafe impl Send for Block {}

const FIRST: u8 = 0x17;
const LAST: u8 = 0x71;

impl Block {
    /// Allocates; the size is not zero and the alignment a power of two.
    pub(super) fn new(size: usize, align: usize, zeroed: bool) -> Self {
        let layout = Layout::from_size_align(size, align).expect("a layout");
        let start = if zeroed {
            // SAFETY: the size is not zero.
            unsafe { alloc_zeroed(layout) }
        } else {
            // SAFETY: the size is not zero.
            unsafe { alloc(layout) }
        };
        let start = NonNull::new(start).expect("memory");
        assert_eq!(start.addr().get() % align, 0);
        let mut block = Self { start, layout };
        if zeroed {
            // SAFETY: all bytes of the block were initialised to zero.
            let bytes = unsafe { std::slice::from_raw_parts(start.as_ptr(), size) };
            assert!(bytes.iter().all(|byte| *byte == 0));
        }
        block.write();
        block
    }

    /// The size asked for.
    pub(super) fn size(&self) -> usize {
        self.layout.size()
    }

    /// Changes the size, which is not zero.
    pub(super) fn resize(&mut self, size: usize) {
        self.check();
        // SAFETY: the block is live, has this layout, and the new size is not zero.
        let start = unsafe { realloc(self.start.as_ptr(), self.layout, size) };
        self.start = NonNull::new(start).expect("memory");
        assert_eq!(self.read(0), FIRST, "growing keeps the start");
        self.layout = Layout::from_size_align(size, self.layout.align()).expect("a layout");
        self.write();
    }

    fn write(&mut self) {
        let last = self.size() - 1;
        // SAFETY: `last` is inside the block.
        unsafe { self.start.as_ptr().wrapping_add(last).write(LAST) };
        // SAFETY: the block has a byte.
        unsafe { self.start.as_ptr().write(FIRST) };
    }

    fn read(&self, place: usize) -> u8 {
        // SAFETY: the place is the first or the last byte, which were written.
        unsafe { self.start.as_ptr().wrapping_add(place).read() }
    }

    fn check(&self) {
        assert_eq!(self.read(0), FIRST);
        let last = self.size() - 1;
        assert_eq!(self.read(last), if last == 0 { FIRST } else { LAST });
    }
}

impl Drop for Block {
    fn drop(&mut self) {
        self.check();
        // SAFETY: the block is live and has this layout.
        unsafe { dealloc(self.start.as_ptr(), self.layout) }
    }
}

/// Dice that fall the same way in every run.
#[derive(Debug)]
pub(super) struct Random(u64);

impl Random {
    /// Dice for a seed.
    pub(super) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// A number below `end`.
    pub(super) fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (self.0 >> 33) as usize % end
    }

    /// A size: mostly small, often around the border of small and large, sometimes very large.
    pub(super) fn size(&mut self) -> usize {
        match self.below(16) {
            0..8 => 1 + self.below(200),
            8..11 => 1000 + self.below(50),
            11..14 => 1 + self.below(5000),
            14 => 1 + self.below(100_000),
            _ => 1 + self.below(8),
        }
    }

    /// An alignment: mostly that of a word, up to a page.
    pub(super) fn align(&mut self) -> usize {
        match self.below(4) {
            0 => 1 << self.below(13),
            _ => 1 << self.below(4),
        }
    }
}
