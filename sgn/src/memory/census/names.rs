//! The names of holders, as text that is not on the counted heap.

use std::fmt;

use crate::memory::sys::pages::PageBuffer;

/// The names of the holders of a census, by their numbers.
pub(crate) struct HolderNames {
    text: PageBuffer<u8>,
    names: PageBuffer<Name>,
}

/// The thing that holds blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Thing {
    Element,
    Field,
    /// A frame that waits at a pad.
    Frame,
}

/// The end of a name in the text.
#[derive(Clone, Copy)]
struct Name {
    end: usize,
    thing: Thing,
}

impl HolderNames {
    /// Returns a list without names.
    pub(crate) const fn new() -> Self {
        Self {
            text: PageBuffer::new(),
            names: PageBuffer::new(),
        }
    }

    /// Adds the name of the next holder.
    ///
    /// A name for which the system has no pages is empty or cut short.
    pub(crate) fn push(&mut self, name: fmt::Arguments<'_>, thing: Thing) {
        let _ = fmt::write(&mut self.text, name);
        let end = self.text.len();
        let _ = self.names.push(Name { end, thing });
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

    /// Returns the kind of a holder.
    pub(crate) fn thing(&self, holder: u32) -> Thing {
        let name = self.names.get(holder as usize);
        name.map_or(Thing::Element, |name| name.thing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_holder_has_its_name() {
        let mut names = HolderNames::new();
        names.push(format_args!("{}.{}", "count", "sessions"), Thing::Field);
        names.push(format_args!(""), Thing::Element);
        names.push(format_args!("src:src:out"), Thing::Frame);
        let all: Vec<_> = (0..4).map(|holder| names.get(holder)).collect();
        assert_eq!(all, ["count.sessions", "", "src:src:out", "?"]);
        assert_eq!(
            [0, 1, 2].map(|holder| names.thing(holder)),
            [Thing::Field, Thing::Element, Thing::Frame]
        );
    }
}
