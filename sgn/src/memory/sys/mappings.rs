//! The memory of the process as the system lists it, together with which parts are the profiler's own.

use std::cmp::Ordering;

#[cfg(all(target_os = "linux", not(miri)))]
use super::files::File;
use super::own;
use super::pages::PageBuffer;

/// A mapping that the process may read and write, and that it shares with no other process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::memory) struct Mapping {
    /// Its first address.
    pub(in crate::memory) start: usize,
    /// The first address after it.
    pub(in crate::memory) end: usize,
    /// The content that it was made for.
    pub(in crate::memory) content: Content,
}

/// The content of a mapping, as far as the system knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::memory) enum Content {
    /// Pages that the program asked for: blocks of allocators, stacks of threads, variables that begin as zero.
    Anonymous,
    /// The first heap of C's allocator.
    Heap,
    /// The stack of the main thread.
    MainStack,
    /// A copy of a file that is written to: variables of a program or library, or a file that the program has mapped,
    /// which another process may shorten, so that an access fails.
    File,
}

/// All [`Mapping`]s of the process, and the ranges of them that are the profiler's own.
///
/// Mappings of devices are left out, as reading them may have an effect.
pub(in crate::memory) struct Mappings {
    text: PageBuffer<u8>,
    all: PageBuffer<Mapping>,
    own: PageBuffer<(usize, usize)>,
}

impl Mappings {
    /// Returns an empty list.
    pub(in crate::memory) const fn new() -> Self {
        Self {
            text: PageBuffer::new(),
            all: PageBuffer::new(),
            own: PageBuffer::new(),
        }
    }

    /// Reads the mappings as they are now; `false`, and the list is empty, if the system refuses.
    ///
    /// The profiler's own ranges are those at the same moment: buffers that are mapped later are in no mapping of this
    /// list, and those that are unmapped later are in one and are left out.
    #[cfg(all(target_os = "linux", not(miri)))]
    pub(in crate::memory) fn read(&mut self) -> bool {
        let mut room = 1 << 17;
        self.all.clear();
        loop {
            // Nothing may be mapped between these two, so there has to be room for both before the first.
            if !self.text.reset(room) || !self.own.reserve(own::ranges().count() + 64) {
                return false;
            }
            let is_listed = self.list_own();
            let read = File::open(c"/proc/self/maps").and_then(|file| file.read(&mut self.text));
            match read {
                Some(bytes) if bytes < room && is_listed => return self.parse(bytes),
                Some(_) if own::is_complete() && room < 1 << 30 => room *= 2,
                _ => return false,
            }
        }
    }

    /// Returns false: this system does not list them, or must not be asked.
    #[cfg(not(all(target_os = "linux", not(miri))))]
    pub(in crate::memory) fn read(&mut self) -> bool {
        self.text.clear();
        self.all.clear();
        let _ = (self.list_own(), self.parse(0));
        false
    }

    /// Writes the profiler's own ranges to the room that there is; `false` if there is too little.
    fn list_own(&mut self) -> bool {
        self.own.clear();
        let room = self.own.capacity();
        for range in own::ranges() {
            if self.own.len() == room || !self.own.push(range) {
                return false;
            }
        }
        self.own.sort_unstable();
        own::is_complete()
    }

    fn parse(&mut self, bytes: usize) -> bool {
        let text = self.text.get(..bytes).unwrap_or_default();
        let lines = text.split(|byte| *byte == b'\n');
        for mapping in lines.filter_map(mapping) {
            if !self.all.push(mapping) {
                self.all.clear();
                return false;
            }
        }
        true
    }

    /// Returns the mapping that contains an address.
    #[cfg_attr(
        not(any(
            test,
            all(
                target_os = "linux",
                target_pointer_width = "64",
                any(target_arch = "x86_64", target_arch = "aarch64"),
                not(miri)
            )
        )),
        expect(dead_code, reason = "finds the stacks of parked threads")
    )]
    pub(in crate::memory) fn containing(&self, address: usize) -> Option<Mapping> {
        let found = self.all.binary_search_by(|mapping| {
            if mapping.end <= address {
                Ordering::Less
            } else if mapping.start > address {
                Ordering::Greater
            } else {
                Ordering::Equal
            }
        });
        found.ok().and_then(|i| self.all.get(i)).copied()
    }

    /// Returns all mappings, in the order of their addresses.
    pub(in crate::memory) fn all(&self) -> &[Mapping] {
        &self.all
    }

    /// Returns the ranges that are the profiler's own, in the order of their addresses.
    pub(in crate::memory) fn own(&self) -> &[(usize, usize)] {
        &self.own
    }
}

/// Reads one line: `start-end permissions offset device inode name`.
fn mapping(line: &[u8]) -> Option<Mapping> {
    let mut words = line
        .split(|byte| *byte == b' ')
        .filter(|word| !word.is_empty());
    let mut range = words.next()?.split(|byte| *byte == b'-');
    let (start, end) = (number(range.next()?)?, number(range.next()?)?);
    if !words.next()?.starts_with(b"rw-p") {
        return None;
    }
    let content = match words.nth(3) {
        None => Content::Anonymous,
        Some(b"[heap]") => Content::Heap,
        Some(b"[stack]") => Content::MainStack,
        Some(name) if name.starts_with(b"[") => Content::Anonymous,
        // Fresh pages, by another name.
        Some(b"/dev/zero") => Content::Anonymous,
        Some(name) if name.starts_with(b"/dev/") && !name.starts_with(b"/dev/shm/") => return None,
        Some(_) => Content::File,
    };
    Some(Mapping {
        start,
        end,
        content,
    })
}

fn number(digits: &[u8]) -> Option<usize> {
    usize::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Option<(usize, usize, Content)> {
        mapping(line.as_bytes()).map(|mapping| (mapping.start, mapping.end, mapping.content))
    }

    #[test]
    fn lines_are_read() {
        let of = |rest| parsed(&format!("7f00-7fff {rest}")).map(|(_, _, content)| content);
        assert_eq!(
            parsed("7ffc5000-7ffc8000 rw-p 00000000 00:00 0        [stack]"),
            Some((0x7ffc_5000, 0x7ffc_8000, Content::MainStack))
        );
        assert_eq!(of("rw-p 00000000 00:00 0 [heap]"), Some(Content::Heap));
        assert_eq!(of("rw-p 00000000 00:00 0 "), Some(Content::Anonymous));
        assert_eq!(
            of("rw-p 00000000 00:00 0 [anon:name]"),
            Some(Content::Anonymous)
        );
        assert_eq!(
            of("rw-p 0001f000 08:01 99 /a folder/a"),
            Some(Content::File)
        );
        assert_eq!(of("rw-p 00000000 00:06 99 /dev/card0"), None);
        assert_eq!(of("rw-s 00000000 00:01 99 /memfd:a"), None);
        assert_eq!(of("r--p 00000000 08:01 99 /lib/a.so"), None);
        assert_eq!(parsed(""), None);
        assert_eq!(parsed("7ffc5000"), None);
    }

    #[test]
    fn what_is_mapped_is_found() {
        let mut mappings = Mappings::new();
        let (boxed, local) = (Box::new(7), 7);
        let is_read = mappings.read();
        assert_eq!(is_read, cfg!(all(target_os = "linux", not(miri))));
        for address in [&raw const *boxed, &raw const local] {
            let found = mappings.containing(address.addr());
            assert_eq!(found.is_some(), is_read);
        }
        assert!(mappings.all().is_sorted_by_key(|mapping| mapping.start));
        assert!(mappings.own().is_sorted());
        assert!(mappings.containing(0).is_none());
    }
}
