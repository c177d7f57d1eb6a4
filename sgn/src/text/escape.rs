//! Escapes characters that must not be shown as they are.

use std::fmt::{self, Display, Formatter, Write as _};

/// The mark before each line of a text after its first.
const MARK: &str = "  | ";

/// Returns true if `letter` does something to a terminal or a reader other than to be seen.
///
/// Controls, line and paragraph separators, all that changes the direction of writing, and what has no width and no
/// effect on a neighbour that a reader would miss: a name with it looks like the name without it. Combining marks
/// and the selectors of emoji are none of these.
pub(crate) const fn is_unfit(letter: char) -> bool {
    if letter < '\u{7f}' {
        return letter < ' ';
    }
    matches!(
        letter,
        '\u{7f}'..='\u{9f}'
            | '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e00ff}'
    )
}

/// Returns `text` on one line: a line end in it is shown as `\n`.
pub(crate) const fn line(text: &str) -> Line<'_> {
    Line(text)
}

/// Returns `text` on as many lines as it has, all but the first behind a mark.
///
/// Line ends at its end are left out. A line that begins with the mark keeps it and gets no second one, so that a text
/// that has passed here is not changed by passing again.
pub(crate) const fn lines(text: &str) -> Lines<'_> {
    Lines(text)
}

/// Made by [`line()`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line<'a>(&'a str);

impl Display for Line<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut rest = self.0;
        while let Some(at) = rest.find(is_unfit) {
            let (fit, from) = rest.split_at(at);
            f.write_str(fit)?;
            let mut letters = from.chars();
            for shown in letters.next().into_iter().flat_map(char::escape_default) {
                f.write_char(shown)?;
            }
            rest = letters.as_str();
        }
        f.write_str(rest)
    }
}

/// Made by [`lines()`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lines<'a>(&'a str);

impl Display for Lines<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (place, text) in self.0.trim_end_matches('\n').split('\n').enumerate() {
            if place > 0 {
                f.write_char('\n')?;
                if !text.starts_with(MARK) {
                    f.write_str(MARK)?;
                }
            }
            Display::fmt(&line(text), f)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_acts_on_is_shown_as_rust_writes_it() {
        let shown = |text| line(text).to_string();
        assert_eq!(shown("a b"), "a b");
        assert_eq!(shown("\u{1b}[2J\u{7}\r\n\t"), r"\u{1b}[2J\u{7}\r\n\t");
        assert_eq!(shown("\u{9b}2J\u{7f}"), r"\u{9b}2J\u{7f}");
        assert_eq!(
            shown("a\u{202e}b\u{2028}c\u{200b}"),
            r"a\u{202e}b\u{2028}c\u{200b}"
        );
        assert_eq!(shown(r"C:\new"), r"C:\new");
        assert_eq!(
            shown("日本 ü e\u{301} ❤\u{fe0f}"),
            "日本 ü e\u{301} ❤\u{fe0f}"
        );
    }

    #[test]
    fn a_forged_line_is_marked() {
        let shown = |text| lines(text).to_string();
        assert_eq!(shown("one\ntwo\u{1b}\n\n"), "one\n  | two\\u{1b}");
        assert_eq!(shown("\n2026 CRITICAL"), "\n  | 2026 CRITICAL");
        assert_eq!(shown(""), "");
        let once = shown("a\n  | b\r\nc");
        assert_eq!(once, "a\n  | b\\r\n  | c");
        assert_eq!(shown(&once), once);
    }

    /// Of all characters, so that no range has a hole.
    #[test]
    fn every_control_and_every_turn_of_direction_is_unfit() {
        let last = if cfg!(miri) { '\u{ff}' } else { char::MAX };
        for letter in '\0'..=last {
            let bidi = matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
            let ends_lines = matches!(letter, '\u{2028}' | '\u{2029}' | '\u{85}');
            if letter.is_control() || bidi || ends_lines {
                assert!(is_unfit(letter), "{letter:?}");
            }
            let shown = line(letter.encode_utf8(&mut [0; 4])).to_string();
            assert_eq!(shown.contains(letter), !is_unfit(letter), "{letter:?}");
            assert!(!is_unfit(letter) || shown.bytes().all(|byte| byte.is_ascii_graphic()));
        }
    }
}
