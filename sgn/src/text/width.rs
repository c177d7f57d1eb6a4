//! Measures the columns of a terminal that a text takes on one line, and cuts texts to a width.

use std::fmt::{self, Display, Formatter, Write as _};

use unicode_width::UnicodeWidthStr as _;

use super::escape::{is_unfit, line};

/// Returns the columns that `text` takes on one line, with what is escaped in it.
pub(crate) fn width(text: &str) -> usize {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return text.len();
    }
    pieces(text).map(|(_, width)| width).sum()
}

/// Returns the parts of `text` that are not divided, each with its columns: an escaped character, or one with a width
/// and those without that follow it.
fn pieces(text: &str) -> impl Iterator<Item = (&str, usize)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let mut end = first.len_utf8();
        if is_unfit(first) {
            let (piece, after) = rest.split_at(end);
            rest = after;
            return Some((piece, first.escape_default().len()));
        }
        for letter in rest[end..].chars() {
            if is_unfit(letter) || !joins(letter) {
                break;
            }
            end += letter.len_utf8();
        }
        let (piece, after) = rest.split_at(end);
        rest = after;
        let is_one_byte = piece.len() == 1;
        Some((piece, if is_one_byte { 1 } else { piece.width() }))
    })
}

/// Returns true if `letter` is shown in the columns of the one before it.
fn joins(letter: char) -> bool {
    let is_skin = matches!(letter, '\u{1f3fb}'..='\u{1f3ff}');
    let mut bytes = [0; 4];
    !letter.is_ascii() && (is_skin || letter.encode_utf8(&mut bytes).width() == 0)
}

/// Returns the longest beginning of `text` that takes at most `columns`.
pub(crate) fn clip_end(text: &str, columns: usize) -> &str {
    let mut taken = 0;
    let mut end = 0;
    for (piece, width) in pieces(text) {
        taken += width;
        if taken > columns {
            return &text[..end];
        }
        end += piece.len();
    }
    text
}

/// Returns the longest end of `text` that takes at most `columns`.
pub(crate) fn clip_start(text: &str, columns: usize) -> &str {
    let mut left = width(text);
    let mut start = 0;
    for (piece, width) in pieces(text) {
        if left <= columns {
            break;
        }
        left -= width;
        start += piece.len();
    }
    &text[start..]
}

/// A text of at most `width` columns on one line: what is too long loses its middle.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shortened<'a> {
    pub(crate) text: &'a str,
    pub(crate) width: usize,
}

/// Fills up with spaces to the width of the format.
impl Display for Shortened<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let all = width(self.text);
        let taken = if all <= self.width {
            Display::fmt(&line(self.text), f)?;
            all
        } else {
            // The end says more: it has the pad, or the file.
            let head = clip_end(self.text, self.width.saturating_sub(1) / 3);
            let left = self.width.saturating_sub(width(head) + 1);
            let tail = clip_start(self.text, left);
            write!(f, "{}…{}", line(head), line(tail))?;
            width(head) + 1 + width(tail)
        };
        for _ in taken..f.width().unwrap_or(0) {
            f.write_char(' ')?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_characters_take_two_columns_and_escapes_what_is_shown() {
        assert_eq!(width("abc"), 3);
        assert_eq!(width("日本語"), 6);
        assert_eq!(width("e\u{301}"), 1);
        assert_eq!(width("👍🏽"), 2);
        assert_eq!(width("❤\u{fe0f}"), 2);
        assert_eq!(width("a\u{1b}b"), 8);
        assert_eq!(width("\u{301}"), 0);
        assert_eq!(width(""), 0);
    }

    #[test]
    fn shortened_texts_keep_to_their_columns() {
        let short = |text, width| Shortened { text, width }.to_string();
        assert_eq!(short("src:src:H1", 10), "src:src:H1");
        assert_eq!(short("a_long_element:src:H1", 10), "a_l…src:H1");
        assert_eq!(short("日本語日本語:src:H1", 12), "日…語:src:H1");
        for columns in 0..40 {
            for text in [
                "日本語日本語日本語:src:H1",
                "🎉🎉🎉🎉🎉🎉🎉🎉",
                "e\u{301}e\u{301}e\u{301}e\u{301}",
                "\u{1b}\u{1b}\u{1b}\u{1b}",
            ] {
                assert!(
                    width(&short(text, columns)) <= columns.max(1),
                    "{text} {columns}"
                );
            }
        }
        assert_eq!(
            format!(
                "{:12}|",
                Shortened {
                    text: "日本",
                    width: 10
                }
            ),
            "日本        |"
        );
        let padded = format!(
            "{:12}|",
            Shortened {
                text: "ünïcödé_ünïcödé",
                width: 8
            }
        );
        assert_eq!(padded, "ün…ïcödé    |");
    }

    #[test]
    fn a_beginning_does_not_divide_what_belongs_together() {
        assert_eq!(clip_end("日本", 3), "日");
        assert_eq!(clip_end("ae\u{301}b", 2), "ae\u{301}");
        assert_eq!(clip_end("a\u{1b}", 4), "a");
        assert_eq!(clip_end("abc", 9), "abc");
    }
}
