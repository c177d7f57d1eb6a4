//! The output of a report, line by line.

use std::fmt::Arguments;

use crate::memory::PageBuffer;

/// The function that receives the lines, and the pages on which they are put together.
pub(super) struct Lines<'a> {
    text: PageBuffer<u8>,
    line: &'a mut dyn FnMut(&str),
}

impl<'a> Lines<'a> {
    pub(super) fn to(line: &'a mut dyn FnMut(&str)) -> Self {
        Self {
            text: PageBuffer::new(),
            line,
        }
    }

    pub(super) fn put(&mut self, line: Arguments<'_>) {
        use std::fmt::Write as _;
        self.text.clear();
        // Without pages the line ends early; the error cannot be reported.
        let _ = self.text.write_fmt(line);
        let whole = self
            .text
            .utf8_chunks()
            .next()
            .map_or("", |chunk| chunk.valid());
        (self.line)(whole.trim_end());
    }
}
