//! The variables of the program and of its libraries, as ranges of memory.

#![cfg_attr(
    all(target_os = "linux", not(miri)),
    expect(unsafe_code, reason = "`dl_iterate_phdr` is a call into C")
)]

use super::pages::PageBuffer;

/// The writable segments of the program and of all loaded libraries.
///
/// They are gathered before threads are parked: the system's list has a lock, which a parked thread may hold.
pub(in crate::memory) struct Statics {
    ranges: PageBuffer<(usize, usize)>,
}

impl Statics {
    /// Returns the segments as they are now, in the order of their addresses; `None` if there is no room for them.
    ///
    /// Empty on systems that do not list them.
    pub(in crate::memory) fn gather() -> Option<Self> {
        let mut ranges = PageBuffer::new();
        if !imp::gather(&mut ranges) {
            return None;
        }
        ranges.sort_unstable();
        Some(Self { ranges })
    }

    /// Returns the first address of each segment, and the first one after it.
    pub(in crate::memory) fn ranges(&self) -> &[(usize, usize)] {
        &self.ranges
    }
}

#[cfg(all(target_os = "linux", not(miri)))]
mod imp {
    use std::ffi::{c_int, c_void};
    use std::ptr;

    use super::PageBuffer;

    struct Gathering<'a> {
        ranges: &'a mut PageBuffer<(usize, usize)>,
        has_room: bool,
    }

    pub(super) fn gather(ranges: &mut PageBuffer<(usize, usize)>) -> bool {
        let mut gathering = Gathering {
            ranges,
            has_room: true,
        };
        // SAFETY: the system calls the function with this pointer while this call lasts, one call after the other.
        unsafe { libc::dl_iterate_phdr(Some(visit), ptr::from_mut(&mut gathering).cast()) };
        gathering.has_room
    }

    unsafe extern "C" fn visit(
        object: *mut libc::dl_phdr_info,
        _: libc::size_t,
        gathering: *mut c_void,
    ) -> c_int {
        // SAFETY: this is the pointer that `gather` has passed.
        let gathering = unsafe { &mut *gathering.cast::<Gathering<'_>>() };
        // SAFETY: the system describes an object that is loaded.
        let object = unsafe { &*object };
        let count = usize::from(object.dlpi_phnum);
        if object.dlpi_phdr.is_null() || count == 0 {
            return 0;
        }
        // SAFETY: as many headers of the object are in memory.
        let headers = unsafe { std::slice::from_raw_parts(object.dlpi_phdr, count) };
        for header in headers {
            if header.p_type == libc::PT_LOAD && header.p_flags & libc::PF_W != 0 {
                // On systems of 32 bits the numbers have 32.
                let start = (object.dlpi_addr as usize).wrapping_add(header.p_vaddr as usize);
                let end = start.wrapping_add(header.p_memsz as usize);
                gathering.has_room &= gathering.ranges.push((start, end));
            }
        }
        0
    }
}

#[cfg(not(all(target_os = "linux", not(miri))))]
mod imp {
    use super::PageBuffer;

    pub(super) fn gather(_ranges: &mut PageBuffer<(usize, usize)>) -> bool {
        true
    }
}
