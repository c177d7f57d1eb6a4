//! Which code is the program's own, as opposed to that of the libraries it is linked with.

use std::ffi::c_ulong;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// One of the program headers, as the kernel left them in memory.
#[repr(C)]
struct Header {
    kind: u32,
    flags: u32,
    offset: usize,
    address: usize,
    physical: usize,
    file_bytes: usize,
    bytes: usize,
    align: usize,
}

const LOADED: u32 = 1;
const HEADERS: u32 = 6;
const AT_PHDR: c_ulong = 3;
const AT_PHNUM: c_ulong = 5;

static START: AtomicUsize = AtomicUsize::new(0);
static END: AtomicUsize = AtomicUsize::new(0);

unsafe extern "C" {
    safe fn getauxval(kind: c_ulong) -> c_ulong;
}

/// Whether `address` lies in the program's own file.
///
/// A Rust program has its standard library in there, and the C library outside.
pub(crate) fn owns(address: usize) -> bool {
    if END.load(Relaxed) == 0 {
        find();
    }
    (START.load(Relaxed)..END.load(Relaxed)).contains(&address)
}

fn find() {
    let first = getauxval(AT_PHDR) as usize;
    let count = getauxval(AT_PHNUM) as usize;
    let headers: *const Header = std::ptr::with_exposed_provenance(first);
    // SAFETY: the kernel gives the place and the number of the program's headers, which stay.
    let headers = unsafe { std::slice::from_raw_parts(headers, count) };
    let linked_at = headers
        .iter()
        .find(|header| header.kind == HEADERS)
        .map_or(first, |header| header.address);
    let moved_by = first - linked_at;
    let loaded = || headers.iter().filter(|header| header.kind == LOADED);
    let start = loaded().map(|header| header.address).min();
    let end = loaded().map(|header| header.address + header.bytes).max();
    if let (Some(start), Some(end)) = (start, end) {
        START.store(moved_by + start, Relaxed);
        END.store(moved_by + end, Relaxed);
    }
}
