//! Files of `/proc`, read by system calls alone: without an allocation, and without a lock that another thread may
//! hold.

#![expect(unsafe_code, reason = "`open`, `read` and `close` are calls into C")]

use std::ffi::{CStr, c_int};

/// An open file or folder.
pub(super) struct File(c_int);

impl File {
    /// Opens a file to read it; `None` if the system refuses.
    pub(super) fn open(path: &CStr) -> Option<Self> {
        // SAFETY: the path ends with a zero byte.
        let file = unsafe { libc::open(path.as_ptr(), libc::O_RDONLY | libc::O_CLOEXEC) };
        (file >= 0).then_some(Self(file))
    }

    /// Returns how many bytes were read into `into`: fewer than there is room for only at the end of the file.
    pub(super) fn read(&self, into: &mut [u8]) -> Option<usize> {
        let mut filled = 0;
        while let Some(rest) = into.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            // SAFETY: `rest` has room for as many bytes.
            let answer = unsafe { libc::read(self.0, rest.as_mut_ptr().cast(), rest.len()) };
            match usize::try_from(answer) {
                Ok(0) => break,
                Ok(more) => filled += more,
                Err(_) if is_interrupted() => {}
                Err(_) => return None,
            }
        }
        Some(filled)
    }

    /// Returns how many bytes of the next entries of a folder were written to `into`; zero at its end.
    #[cfg(all(
        target_pointer_width = "64",
        any(target_arch = "x86_64", target_arch = "aarch64")
    ))]
    pub(super) fn entries(&self, into: &mut [u8]) -> Option<usize> {
        // SAFETY: `into` has room for as many bytes.
        let answer =
            unsafe { libc::syscall(libc::SYS_getdents64, self.0, into.as_mut_ptr(), into.len()) };
        usize::try_from(answer).ok()
    }

    /// Returns to the first entry of a folder; `false` if the system refuses.
    #[cfg(all(
        target_pointer_width = "64",
        any(target_arch = "x86_64", target_arch = "aarch64")
    ))]
    pub(super) fn rewind(&self) -> bool {
        // SAFETY: changes nothing but the position in the file.
        unsafe { libc::lseek(self.0, 0, libc::SEEK_SET) == 0 }
    }
}

impl Drop for File {
    fn drop(&mut self) {
        // SAFETY: the file is open and ours.
        unsafe { libc::close(self.0) };
    }
}

fn is_interrupted() -> bool {
    // SAFETY: returns the place of this thread's number.
    let error = unsafe { libc::__errno_location() };
    // SAFETY: the place exists while the thread does.
    let error = unsafe { error.read() };
    error == libc::EINTR
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_to_its_end_or_to_the_end_of_the_room() {
        let mut text = [0; 64];
        let file = File::open(c"/proc/self/comm").expect("the system has `/proc`");
        let bytes = file.read(&mut text).expect("a readable file");
        assert_eq!(text[..bytes].last(), Some(&b'\n'));
        let file = File::open(c"/proc/self/maps").expect("the system has `/proc`");
        assert_eq!(file.read(&mut text), Some(64));
        assert!(File::open(c"/proc/self/none such").is_none());
    }
}
