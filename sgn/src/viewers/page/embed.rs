//! JSON within the text of a page.

use std::io::{self, Write};

/// A writer of JSON that leaves nothing in it which a browser could take for markup.
///
/// `<`, `>` and `&` are only in strings of JSON, where an escape means the same. [`json`](crate::json) itself escapes the
/// separators of lines and paragraphs, U+2028 and U+2029.
pub(crate) struct Embedded<'a>(&'a mut dyn Write);

impl<'a> Embedded<'a> {
    pub(crate) fn new(out: &'a mut dyn Write) -> Self {
        Self(out)
    }
}

impl Write for Embedded<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut rest = bytes;
        while let Some(at) = rest.iter().position(|byte| escape(*byte).is_some()) {
            self.0.write_all(&rest[..at])?;
            self.0.write_all(escape(rest[at]).unwrap_or_default())?;
            rest = &rest[at + 1..];
        }
        self.0.write_all(rest)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

const fn escape(byte: u8) -> Option<&'static [u8]> {
    match byte {
        b'<' => Some(b"\\u003c"),
        b'>' => Some(b"\\u003e"),
        b'&' => Some(b"\\u0026"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_becomes_escapes_and_the_rest_stays() {
        let mut out = Vec::new();
        let mut embedded = Embedded::new(&mut out);
        for part in ["\"a <", "b>&& é\"", "", "<<"] {
            embedded
                .write_all(part.as_bytes())
                .expect("a Vec takes all");
        }
        let text = String::from_utf8(out).expect("it is text");
        assert_eq!(text, "\"a \\u003cb\\u003e\\u0026\\u0026 é\"\\u003c\\u003c");
    }
}
