//! The names of holders, as text that is not on the counted heap.

use std::fmt;

use crate::memory::sys::pages::PageBuffer;

/// The names of the holders of a census, by their numbers.
pub(crate) struct HolderNames {
    text: PageBuffer<u8>,
    names: PageBuffer<Name>,
}

/// The end of a name in the text.
#[derive(Clone, Copy)]
struct Name {
    end: usize,
    is_in_flight: bool,
}

impl HolderNames {
    /// Returns a list without names.
    pub(crate) const fn new() -> Self {
        Self {
            text: PageBuffer::new(),
            names: PageBuffer::new(),
        }
    }

    /// Adds the name of the next holder, which is a field, or the place of a frame in flight.
    ///
    /// A name for which the system has no pages is empty or cut short.
    pub(crate) fn push(&mut self, name: fmt::Arguments<'_>, is_in_flight: bool) {
        let _ = fmt::write(&mut self.text, name);
        let end = self.text.len();
        let _ = self.names.push(Name { end, is_in_flight });
    }

    /// Returns the name of a holder; a question mark if it has none.
    pub(crate) fn get(&self, holder: u32) -> &str {
        let holder = holder as usize;
        let Some(name) = self.names.get(holder) else {
            return "?";
        };
        let start = holder
            .checked_sub(1)
            .map_or(0, |before| self.names[before].end);
        let bytes = self.text.get(start..name.end).unwrap_or_default();
        std::str::from_utf8(bytes).unwrap_or("?")
    }

    /// Returns true if a holder is the place of a frame in flight.
    pub(crate) fn is_in_flight(&self, holder: u32) -> bool {
        self.names
            .get(holder as usize)
            .is_some_and(|name| name.is_in_flight)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_holder_has_its_name() {
        let mut names = HolderNames::new();
        names.push(format_args!("{}.{}", "count", "sessions"), false);
        names.push(format_args!(""), false);
        names.push(format_args!("src:src:out"), true);
        let all: Vec<_> = (0..4).map(|holder| names.get(holder)).collect();
        assert_eq!(all, ["count.sessions", "", "src:src:out", "?"]);
        assert!(names.is_in_flight(2) && !names.is_in_flight(0) && !names.is_in_flight(3));
    }
}
