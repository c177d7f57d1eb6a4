//! An independent count of what is asked for while counting is on.

#![expect(unsafe_code, reason = "a global allocator")]

use std::alloc::{GlobalAlloc, Layout};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::Relaxed};

use sgn::memory::{self, Usage};

/// Remembers which blocks were made while counting was on, and hands on to `A`.
///
/// A `realloc` is the free of the old block and the allocation of the new one. For one thread that switches.
#[derive(Debug)]
pub(crate) struct WhileOn<A> {
    inner: A,
    started: AtomicBool,
    /// Addresses of the blocks that count, by open addressing; 1 is a place that was given up.
    blocks: [AtomicUsize; PLACES],
    live: [AtomicU64; 2],
    total: [AtomicU64; 2],
}

const PLACES: usize = 1 << 14;
const GIVEN_UP: usize = 1;

impl<A> WhileOn<A> {
    /// An oracle around `inner` that does not count yet.
    pub(crate) const fn new(inner: A) -> Self {
        Self {
            inner,
            started: AtomicBool::new(false),
            blocks: [const { AtomicUsize::new(0) }; PLACES],
            live: [const { AtomicU64::new(0) }; 2],
            total: [const { AtomicU64::new(0) }; 2],
        }
    }

    /// Counts from now on, beginning with what the profiler has counted so far.
    pub(crate) fn start(&self) {
        let now = memory::Snapshot::take().total();
        assert_eq!(
            (now.live_blocks, now.live_bytes),
            (0, 0),
            "nothing is live yet"
        );
        self.total[0].store(now.total_bytes, Relaxed);
        self.total[1].store(now.total_blocks, Relaxed);
        self.started.store(true, Relaxed);
    }

    /// What must be counted.
    pub(crate) fn usage(&self) -> Usage {
        let mut usage = Usage::default();
        usage.live_bytes = self.live[0].load(Relaxed);
        usage.live_blocks = self.live[1].load(Relaxed);
        usage.total_bytes = self.total[0].load(Relaxed);
        usage.total_blocks = self.total[1].load(Relaxed);
        usage
    }

    fn places(&self, address: usize) -> impl Iterator<Item = &AtomicUsize> {
        let first = (address >> 4).wrapping_mul(0x9E37_79B9) % PLACES;
        (0..PLACES).map(move |step| &self.blocks[(first + step) % PLACES])
    }

    fn allocated(&self, start: *mut u8, size: usize) {
        // Asked only after `start`, as the question itself may be the first to decide the switch.
        if start.is_null() || !self.started.load(Relaxed) || !memory::is_enabled() {
            return;
        }
        let place = self
            .places(start.addr())
            .find(|place| matches!(place.load(Relaxed), 0 | GIVEN_UP));
        if let Some(place) = place {
            place.store(start.addr(), Relaxed);
        }
        for counts in [&self.live, &self.total] {
            counts[0].fetch_add(size as u64, Relaxed);
            counts[1].fetch_add(1, Relaxed);
        }
    }

    fn freed(&self, address: usize, size: usize) {
        let mut here = self
            .places(address)
            .take_while(|place| place.load(Relaxed) != 0);
        if let Some(place) = here.find(|place| place.load(Relaxed) == address) {
            place.store(GIVEN_UP, Relaxed);
            self.live[0].fetch_sub(size as u64, Relaxed);
            self.live[1].fetch_sub(1, Relaxed);
        }
    }
}

// SAFETY: every request is handed on as it is to an allocator that keeps the contract.
unsafe impl<A: GlobalAlloc> GlobalAlloc for WhileOn<A> {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's contract is ours.
        let start = unsafe { self.inner.alloc(layout) };
        self.allocated(start, layout.size());
        start
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's contract is ours.
        let start = unsafe { self.inner.alloc_zeroed(layout) };
        self.allocated(start, layout.size());
        start
    }

    unsafe fn dealloc(&self, start: *mut u8, layout: Layout) {
        self.freed(start.addr(), layout.size());
        // SAFETY: the caller's contract is ours.
        unsafe { self.inner.dealloc(start, layout) }
    }

    unsafe fn realloc(&self, start: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        let old = start.addr();
        // SAFETY: the caller's contract is ours.
        let moved = unsafe { self.inner.realloc(start, layout, new_size) };
        if !moved.is_null() {
            self.freed(old, layout.size());
            self.allocated(moved, new_size);
        }
        moved
    }
}
