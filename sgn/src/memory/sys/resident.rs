//! The pages of a mapping that occupy memory.

#![cfg_attr(
    all(unix, not(miri)),
    expect(unsafe_code, reason = "asks the operating system about pages")
)]

use std::ops::Range;

/// The smallest page size of the supported systems, in bytes.
pub(in crate::memory) const PAGE: usize = 4096;

/// Returns how many of the `bytes` bytes at `start` occupy memory now.
pub(in crate::memory) fn bytes(start: *mut u8, bytes: usize) -> usize {
    let mut count = 0;
    each(start, bytes, |pages| {
        count += pages.len();
        true
    });
    count * PAGE
}

/// Calls `found` with ranges of pages that occupy memory now, as numbers of pages from the one of `start` on; stops when
/// it returns false.
///
/// A page that the system has moved to its swap space is left out.
#[cfg(all(unix, not(miri)))]
pub(in crate::memory) fn each(
    start: *const u8,
    bytes: usize,
    mut found: impl FnMut(Range<usize>) -> bool,
) {
    const STEP: usize = 1024;
    if start.is_null() {
        return;
    }
    let skew = start.addr() % PAGE;
    let start = start.wrapping_sub(skew);
    let pages = (bytes + skew).div_ceil(PAGE);
    for first in (0..pages).step_by(STEP) {
        let count = (pages - first).min(STEP);
        let mut present = [0_u8; STEP];
        // SAFETY: `present` has room for one byte a page of `count` pages; the addresses are only
        // looked at by the system, which refuses what is not mapped.
        let answer = unsafe {
            libc::mincore(
                start.wrapping_add(first * PAGE).cast_mut().cast(),
                count * PAGE,
                present.as_mut_ptr().cast(),
            )
        };
        if answer != 0 {
            continue;
        }
        let mut page = first;
        for run in present[..count].chunk_by(|one, other| one & 1 == other & 1) {
            if run[0] & 1 == 1 && !found(page..page + run.len()) {
                return;
            }
            page += run.len();
        }
    }
}

/// Calls `found` with the range of all pages, as this system cannot tell which are in use.
#[cfg(any(not(unix), miri))]
pub(in crate::memory) fn each(
    _start: *const u8,
    bytes: usize,
    mut found: impl FnMut(Range<usize>) -> bool,
) {
    found(0..bytes.div_ceil(PAGE));
}
