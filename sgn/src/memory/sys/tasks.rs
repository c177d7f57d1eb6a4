//! The threads of the process, as the system lists them.

use std::ffi::CStr;
use std::io::Write as _;

use super::files::File;

/// The folder that lists the threads.
pub(super) struct Tasks(File);

impl Tasks {
    /// Opens the list; `None` if the system refuses.
    pub(super) fn open() -> Option<Self> {
        File::open(c"/proc/self/task").map(Self)
    }

    /// Calls `use_thread` with the number of each thread; `false` if the list cannot be read.
    pub(super) fn each(&self, mut use_thread: impl FnMut(i32)) -> bool {
        let mut entries = [0; 2048];
        if !self.0.rewind() {
            return false;
        }
        loop {
            let Some(bytes) = self.0.entries(&mut entries) else {
                return false;
            };
            if bytes == 0 {
                return true;
            }
            let mut rest = entries.get(..bytes).unwrap_or_default();
            // The inode and the position, eight bytes each; the length of the entry, two bytes; its kind; its name.
            while let [
                _,
                _,
                _,
                _,
                _,
                _,
                _,
                _,
                _,
                _,
                _,
                _,
                _,
                _,
                _,
                _,
                low,
                high,
                _,
                name @ ..,
            ] = rest
            {
                if let Some(thread) = number(name) {
                    use_thread(thread);
                }
                let length = usize::from(u16::from_ne_bytes([*low, *high]));
                rest = rest.get(length.max(1)..).unwrap_or_default();
            }
        }
    }
}

/// Reads the digits at the beginning of a text that ends with a zero byte; `None` for other texts.
fn number(text: &[u8]) -> Option<i32> {
    let digits = text.split(|byte| *byte == 0).next()?;
    std::str::from_utf8(digits).ok()?.parse().ok()
}

/// Returns true if a signal waits for a thread that blocks it.
pub(super) fn is_pending(thread: i32, signal: i32) -> bool {
    let mut path = [0; 48];
    let mut rest = path.as_mut_slice();
    // The last byte stays zero.
    if write!(rest, "/proc/self/task/{thread}/status").is_err() {
        return false;
    }
    let mut text = [0; 4096];
    let path = CStr::from_bytes_until_nul(&path).ok();
    let read = path
        .and_then(File::open)
        .and_then(|file| file.read(&mut text));
    let text = text.get(..read.unwrap_or_default()).unwrap_or_default();
    let mut lines = text.split(|byte| *byte == b'\n');
    let pending = lines.find_map(|line| line.strip_prefix(b"SigPnd:"));
    let digits = pending.and_then(|digits| std::str::from_utf8(digits.trim_ascii()).ok());
    let pending = digits.and_then(|digits| u64::from_str_radix(digits, 16).ok());
    pending.unwrap_or_default() >> (signal - 1) & 1 == 1
}

/// Returns true if the main thread has ended and other threads have not.
///
/// The system keeps listing it then.
pub(super) fn main_has_ended() -> bool {
    let mut text = [0; 256];
    let read = File::open(c"/proc/self/stat").and_then(|file| file.read(&mut text));
    let text = text.get(..read.unwrap_or_default()).unwrap_or_default();
    // The number of the process, its name in parentheses, and a letter for its state.
    let name_end = text.iter().rposition(|byte| *byte == b')');
    let state = name_end.and_then(|end| text.get(end + 2));
    matches!(state, Some(b'Z' | b'X'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_thread_is_listed_each_time() {
        let tasks = Tasks::open().expect("the system has `/proc`");
        for _ in 0..2 {
            let mut found = false;
            assert!(tasks.each(|thread| found |= thread == super::super::signal::this_thread()));
            assert!(found);
        }
        assert!(!main_has_ended());
    }

    #[test]
    fn folders_that_are_no_number_are_no_thread() {
        assert_eq!(number(b"12\0garbage"), Some(12));
        assert_eq!(number(b"..\0"), None);
        assert_eq!(number(b""), None);
    }
}
