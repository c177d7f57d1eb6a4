//! Every request reaches the inner allocator by the method that it was made with: a `realloc` stays
//! one, so that a block may grow in place, and zeroed memory is not zeroed twice.

#![expect(unsafe_code, reason = "an allocator, and calls of it")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::RefCell;

use sgn::memory::CountingAllocator;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Request {
    Alloc(Layout),
    Zeroed(Layout),
    Realloc(Layout, usize),
    Dealloc(Layout),
}

thread_local! {
    static REQUESTS: RefCell<Vec<Request>> = const { RefCell::new(Vec::new()) };
}

/// Writes down what it is asked for.
struct Recorder;

fn record(request: Request) {
    REQUESTS.with_borrow_mut(|requests| requests.push(request));
}

// SAFETY: every request is handed on as it is.
unsafe impl GlobalAlloc for Recorder {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        record(Request::Alloc(layout));
        // SAFETY: the caller's contract is ours.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        record(Request::Zeroed(layout));
        // SAFETY: the caller's contract is ours.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, start: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        record(Request::Realloc(layout, new_size));
        // SAFETY: the caller's contract is ours.
        unsafe { System.realloc(start, layout, new_size) }
    }

    unsafe fn dealloc(&self, start: *mut u8, layout: Layout) {
        record(Request::Dealloc(layout));
        // SAFETY: the caller's contract is ours.
        unsafe { System.dealloc(start, layout) }
    }
}

static ALLOCATOR: CountingAllocator<Recorder> = CountingAllocator::new(Recorder);

fn layout(size: usize, align: usize) -> Layout {
    Layout::from_size_align(size, align).expect("a layout")
}

/// Bytes behind a block below 1 KiB, for its tag.
const TAG: usize = 8;

/// The life of a block: what the inner allocator was asked for.
fn live(size: usize, align: usize, zeroed: bool, new_size: usize) -> Vec<Request> {
    REQUESTS.take();
    let start = if zeroed {
        // SAFETY: the size is not zero.
        unsafe { ALLOCATOR.alloc_zeroed(layout(size, align)) }
    } else {
        // SAFETY: the size is not zero.
        unsafe { ALLOCATOR.alloc(layout(size, align)) }
    };
    assert!(!start.is_null());
    // SAFETY: the block is live and has this layout; the new size is not zero.
    let moved = unsafe { ALLOCATOR.realloc(start, layout(size, align), new_size) };
    assert!(!moved.is_null());
    // SAFETY: the block is live and has this layout.
    unsafe { ALLOCATOR.dealloc(moved, layout(new_size, align)) };
    REQUESTS.take()
}

#[test]
fn every_request_keeps_its_kind() {
    for (size, new_size, more, new_more) in [
        (100, 200, TAG, TAG),
        (1000, 1023, TAG, TAG),
        (200, 1024, TAG, 0),
        (1024, 1 << 20, 0, 0),
        (1 << 20, 10, 0, TAG),
    ] {
        for align in [1, 8, 64, 4096] {
            let (before, after) = (
                layout(size + more, align),
                layout(new_size + new_more, align),
            );
            let expected = [
                Request::Alloc(before),
                Request::Realloc(before, after.size()),
                Request::Dealloc(after),
            ];
            assert_eq!(live(size, align, false, new_size), expected);
            let expected = [Request::Zeroed(before), expected[1], expected[2]];
            assert_eq!(live(size, align, true, new_size), expected);
        }
    }
}
