//! Memory mapped directly from the operating system.
//!
//! The profiler keeps all its data here, so that it never uses the allocator that it measures. Pages are reserved
//! without being committed: a large table costs address space, and only the pages that were written cost memory.

#![expect(unsafe_code, reason = "asks the operating system for pages")]

use std::ops::{Deref, DerefMut};
use std::ptr::{self, NonNull};
use std::sync::atomic::{
    AtomicPtr, AtomicUsize,
    Ordering::{AcqRel, Relaxed},
};

use super::own;
use super::resident::{self, PAGE};

static RESERVED: AtomicUsize = AtomicUsize::new(0);
static BUFFERED: AtomicUsize = AtomicUsize::new(0);

/// Maps `bytes` zeroed bytes that are never unmapped; `None` if the system refuses.
pub(in crate::memory) fn map_forever(bytes: usize) -> Option<NonNull<u8>> {
    map_table(bytes, true)
}

/// Maps bytes as [`map_forever`] does, without [`committed`] measuring them: the caller knows which parts are in use.
pub(in crate::memory) fn map_apart(bytes: usize) -> Option<NonNull<u8>> {
    map_table(bytes, false)
}

fn map_table(bytes: usize, is_measured: bool) -> Option<NonNull<u8>> {
    let start = map(bytes)?;
    RESERVED.fetch_add(bytes, Relaxed);
    own::add(start, bytes, is_measured);
    Some(start)
}

/// True if [`empty`] works on this system.
pub(in crate::memory) const CAN_EMPTY: bool = cfg!(all(
    any(target_os = "linux", target_os = "android"),
    not(miri)
));

/// Empties a mapping: zeroes its pages and returns their memory to the system; `false` if it cannot.
///
/// # Safety
///
/// The `bytes` bytes at `start` are a mapping, nobody reads them, and they may become zero.
#[cfg(all(any(target_os = "linux", target_os = "android"), not(miri)))]
pub(in crate::memory) unsafe fn empty(start: *mut u8, bytes: usize) -> bool {
    // SAFETY: the caller says that this is a mapping of ours, which is private and anonymous.
    unsafe { libc::madvise(start.cast(), bytes, libc::MADV_DONTNEED) == 0 }
}

/// Returns false: pages that are returned to other systems need not be zero afterwards.
#[cfg(not(all(any(target_os = "linux", target_os = "android"), not(miri))))]
pub(in crate::memory) unsafe fn empty(_start: *mut u8, _bytes: usize) -> bool {
    false
}

/// Unmaps a region of [`map_forever`] or [`map_apart`] that lost the race to be published.
///
/// # Safety
///
/// `start` came from `map_forever(bytes)` or `map_apart(bytes)`, and nothing refers to it.
pub(in crate::memory) unsafe fn unmap_unpublished(start: NonNull<u8>, bytes: usize) {
    own::remove(start);
    RESERVED.fetch_sub(bytes, Relaxed);
    // SAFETY: the caller promises that the region is ours, whole and unused.
    unsafe { unmap(start, bytes) }
}

/// Returns the bytes of address space held by the profiler's tables.
pub(in crate::memory) fn reserved() -> usize {
    RESERVED.load(Relaxed) + BUFFERED.load(Relaxed)
}

/// Returns the bytes of the profiler's tables that occupy memory now.
///
/// Buffers of snapshots count in full. Makes one system call per four megabytes of table.
pub(in crate::memory) fn committed() -> usize {
    let tables = own::measured().map(|(start, bytes)| resident::bytes(start, bytes));
    tables.sum::<usize>() + BUFFERED.load(Relaxed)
}

/// Reserves addresses without memory, on the systems that need a flag for it.
#[cfg(all(unix, not(any(target_os = "freebsd", target_os = "dragonfly", miri))))]
const NO_RESERVE: libc::c_int = libc::MAP_NORESERVE;
#[cfg(all(any(target_os = "freebsd", target_os = "dragonfly"), not(miri)))]
const NO_RESERVE: libc::c_int = 0;

#[cfg(all(unix, not(miri)))]
fn map(bytes: usize) -> Option<NonNull<u8>> {
    // SAFETY: a fresh private anonymous mapping touches no memory that exists.
    let start = unsafe {
        libc::mmap(
            ptr::null_mut(),
            bytes,
            libc::PROT_READ | libc::PROT_WRITE,
            libc::MAP_PRIVATE | libc::MAP_ANON | NO_RESERVE,
            -1,
            0,
        )
    };
    if start == libc::MAP_FAILED {
        None
    } else {
        NonNull::new(start.cast())
    }
}

#[cfg(all(unix, not(miri)))]
unsafe fn unmap(start: NonNull<u8>, bytes: usize) {
    // SAFETY: the caller hands back a whole mapping of ours that nothing refers to.
    unsafe { libc::munmap(start.as_ptr().cast(), bytes) };
}

#[cfg(any(not(unix), miri))]
fn layout(bytes: usize) -> Option<std::alloc::Layout> {
    std::alloc::Layout::from_size_align(bytes.max(1), PAGE).ok()
}

#[cfg(any(not(unix), miri))]
fn map(bytes: usize) -> Option<NonNull<u8>> {
    use std::alloc::GlobalAlloc as _;
    let layout = layout(bytes)?;
    // SAFETY: the layout has at least one byte.
    NonNull::new(unsafe { std::alloc::System.alloc_zeroed(layout) })
}

#[cfg(any(not(unix), miri))]
unsafe fn unmap(start: NonNull<u8>, bytes: usize) {
    use std::alloc::GlobalAlloc as _;
    let Some(layout) = layout(bytes) else { return };
    // SAFETY: the caller hands back what `map` took from the same allocator with this layout.
    unsafe { std::alloc::System.dealloc(start.as_ptr(), layout) };
}

/// Buffers that were dropped and are kept for reuse: fresh pages would have to be faulted in.
static SPARE: [AtomicPtr<Spare>; 8] = [const { AtomicPtr::new(ptr::null_mut()) }; 8];

/// The header of a spare buffer.
#[repr(C)]
struct Spare {
    bytes: usize,
}

fn map_buffer(bytes: usize) -> Option<(NonNull<u8>, usize)> {
    let start = map(bytes)?;
    BUFFERED.fetch_add(bytes, Relaxed);
    own::add(start, bytes, false);
    Some((start, bytes))
}

/// Takes a spare buffer of at least `bytes` bytes, and at most four times that.
fn take_spare(bytes: usize) -> Option<(NonNull<u8>, usize)> {
    for slot in &SPARE {
        let Some(spare) = NonNull::new(slot.swap(ptr::null_mut(), AcqRel)) else {
            continue;
        };
        // SAFETY: a buffer that was in a slot is mapped, and taking it out made it ours.
        let found = unsafe { spare.read() }.bytes;
        if (bytes..=bytes.saturating_mul(4)).contains(&found) {
            return Some((spare.cast(), found));
        }
        // SAFETY: the buffer is ours and nothing refers to it.
        unsafe { keep_spare(spare.cast(), found) };
    }
    None
}

/// Keeps a buffer for later, or unmaps it if there are enough.
///
/// # Safety
///
/// The `bytes` bytes at `start` are a mapping of [`map_buffer`] that nothing refers to.
unsafe fn keep_spare(start: NonNull<u8>, bytes: usize) {
    let spare = start.cast::<Spare>();
    // SAFETY: a mapping has a page at least, is aligned to one and may be written.
    unsafe { spare.write(Spare { bytes }) };
    for slot in &SPARE {
        let empty = ptr::null_mut();
        if slot
            .compare_exchange(empty, spare.as_ptr(), AcqRel, Relaxed)
            .is_ok()
        {
            return;
        }
    }
    BUFFERED.fetch_sub(bytes, Relaxed);
    own::remove(start);
    // SAFETY: the caller says that the mapping is whole and unused.
    unsafe { unmap(start, bytes) };
}

/// Types for which all-zero bytes are a value.
///
/// # Safety
///
/// All-zero bytes are a valid value of the implementor.
pub(crate) unsafe trait Zeroed: Copy {}

// SAFETY: zero is a valid `u8`.
unsafe impl Zeroed for u8 {}
// SAFETY: zero is a valid `u32`.
unsafe impl Zeroed for u32 {}
// SAFETY: zero is a valid `usize`.
unsafe impl Zeroed for usize {}

/// A growable array of plain values on pages of its own.
///
/// It takes nothing from the counted allocator. When the system refuses pages, its methods return `false` or `None`;
/// they never panic.
pub(crate) struct PageBuffer<T: Copy> {
    start: NonNull<T>,
    capacity: usize,
    len: usize,
    bytes: usize,
}

impl<T: Copy> PageBuffer<T> {
    /// Returns an empty buffer without pages.
    pub(crate) const fn new() -> Self {
        Self {
            start: NonNull::dangling(),
            capacity: 0,
            len: 0,
            bytes: 0,
        }
    }

    /// Appends `value`; `false`, and nothing changed, if there is no room.
    pub(crate) fn push(&mut self, value: T) -> bool {
        if !self.reserve(self.len + 1) {
            return false;
        }
        // SAFETY: `reserve` made room for one more value than `len`.
        let slot = unsafe { self.start.add(self.len) };
        // SAFETY: `slot` is inside the mapping and aligned as its start is.
        unsafe { slot.write(value) };
        self.len += 1;
        true
    }

    /// Returns a buffer with the same values; `None` if the system refuses its pages.
    pub(crate) fn copy(&self) -> Option<Self> {
        let mut copy = Self::new();
        if !copy.reserve(self.len) {
            return None;
        }
        // SAFETY: both have room for `len` values, the first are written, and two buffers do not overlap.
        unsafe {
            copy.start.copy_from_nonoverlapping(self.start, self.len);
        }
        copy.len = self.len;
        Some(copy)
    }

    /// Returns how many values there is room for without new pages.
    pub(in crate::memory) fn capacity(&self) -> usize {
        self.capacity
    }

    /// Removes the values and keeps the pages.
    pub(crate) fn clear(&mut self) {
        self.len = 0;
    }

    /// Keeps the first `len` values.
    pub(crate) fn truncate(&mut self, len: usize) {
        self.len = self.len.min(len);
    }

    /// Removes the last value and returns it.
    pub(crate) fn pop(&mut self) -> Option<T> {
        let last = self.last().copied()?;
        self.len -= 1;
        Some(last)
    }

    /// Makes room for `wanted` values in total; `false`, with nothing changed, if the system refuses.
    pub(crate) fn reserve(&mut self, wanted: usize) -> bool {
        if wanted <= self.capacity {
            return true;
        }
        let bytes = wanted.max(self.capacity * 2).saturating_mul(size_of::<T>());
        let Some(bytes) = bytes.checked_next_multiple_of(PAGE) else {
            return false;
        };
        let Some((fresh, bytes)) = take_spare(bytes).or_else(|| map_buffer(bytes)) else {
            return false;
        };
        let fresh = fresh.cast::<T>();
        // SAFETY: both are mapped for at least `len` values, and a new mapping overlaps nothing.
        unsafe { fresh.copy_from_nonoverlapping(self.start, self.len) };
        self.give_back();
        self.start = fresh;
        self.capacity = bytes / size_of::<T>();
        self.bytes = bytes;
        true
    }

    fn give_back(&mut self) {
        if self.bytes > 0 {
            // SAFETY: the mapping is ours alone and is replaced or dropped by the caller.
            unsafe { keep_spare(self.start.cast(), self.bytes) };
        }
    }
}

impl<T: Zeroed> PageBuffer<T> {
    /// Sets the length to `len` and every value to zero; `false` if there is no room.
    pub(crate) fn reset(&mut self, len: usize) -> bool {
        self.len = 0;
        if !self.reserve(len) {
            return false;
        }
        // SAFETY: the buffer holds `len` values, which may be overwritten by zero bytes.
        unsafe { self.start.write_bytes(0, len) };
        self.len = len;
        true
    }

    /// Appends a value of zeros; `None`, and nothing changed, if there is no room.
    ///
    /// Unlike with [`push`](Self::push), no value is copied.
    pub(crate) fn push_zeroed(&mut self) -> Option<&mut T> {
        if !self.reserve(self.len + 1) {
            return None;
        }
        // SAFETY: `reserve` made room for one more value than `len`.
        let slot = unsafe { self.start.add(self.len) };
        // SAFETY: `slot` is inside the mapping, and a value may be overwritten by zero bytes.
        unsafe { slot.write_bytes(0, 1) };
        self.len += 1;
        self.last_mut()
    }
}

impl<T: Copy> Deref for PageBuffer<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        // SAFETY: the first `len` values are written, and the buffer is borrowed.
        unsafe { std::slice::from_raw_parts(self.start.as_ptr(), self.len) }
    }
}

impl<T: Copy> DerefMut for PageBuffer<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        // SAFETY: the first `len` values are written, and the buffer is borrowed mutably.
        unsafe { std::slice::from_raw_parts_mut(self.start.as_ptr(), self.len) }
    }
}

impl<T: Copy> Drop for PageBuffer<T> {
    fn drop(&mut self) {
        self.give_back();
    }
}

// SAFETY: the buffer owns its pages and its values, as a `Vec` does.
unsafe impl<T: Copy + Send> Send for PageBuffer<T> {}
// SAFETY: shared access only reads the values.
unsafe impl<T: Copy + Sync> Sync for PageBuffer<T> {}

/// Appends text, as far as there is room.
impl std::fmt::Write for PageBuffer<u8> {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        for byte in text.bytes() {
            if !self.push(byte) {
                return Err(std::fmt::Error);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_buffer_grows_and_keeps_its_values() {
        let mut buffer = PageBuffer::<u8>::new();
        for value in (0..=250).cycle().take(10_000) {
            assert!(buffer.push(value));
        }
        assert!(buffer.iter().copied().eq((0..=250).cycle().take(10_000)));
        assert!(buffer.reset(3));
        assert_eq!(&*buffer, [0, 0, 0]);
    }

    #[test]
    fn a_copy_has_values_of_its_own() {
        assert!(
            PageBuffer::<u32>::new()
                .copy()
                .is_some_and(|copy| copy.is_empty())
        );
        let mut buffer = PageBuffer::new();
        assert!((0..5000_u32).all(|value| buffer.push(value)));
        let mut copy = buffer.copy().expect("pages");
        assert!(copy.iter().copied().eq(0..5000));
        copy[7] = 1;
        assert!(copy.push(5000));
        assert_eq!((buffer[7], buffer.len()), (7, 5000));
    }

    #[test]
    #[cfg(not(miri))]
    fn only_touched_pages_are_committed() {
        let bytes = 64 * PAGE;
        let start = map(bytes).expect("64 pages").as_ptr();
        assert_eq!(resident::bytes(start, bytes), 0);
        // SAFETY: the region was just mapped for writing.
        unsafe { start.wrapping_add(5 * PAGE).write(1) };
        assert_eq!(resident::bytes(start, bytes), PAGE);
    }
}
