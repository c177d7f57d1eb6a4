//! Texts of others, made fit to be shown.
//!
//! Names, messages, values and paths come from data, and data may hold what a terminal acts on: escape sequences,
//! characters that turn the direction of writing, line ends that forge a line of the log. Every text that this crate
//! shows passes [`line()`] or [`lines()`], which write such a character as Rust does, `\u{1b}`. A backslash is left as
//! it is: paths and statements have many, and none of them does harm.
//!
//! A text of several lines stays readable, but each line after the first begins with a mark, so that none can be
//! taken for a line of ours.

mod escape;
#[cfg(test)]
pub(crate) mod hostile;
mod list;
mod path;
mod size;
mod width;

pub(crate) use self::escape::{is_unfit, line, lines};
pub(crate) use self::list::quoted_list;
#[cfg(feature = "cli")]
pub(crate) use self::path::file_name;
pub(crate) use self::path::split_pad;
pub(crate) use self::size::parse_bytes;
pub(crate) use self::width::{Shortened, clip_end, clip_start, width};

#[cfg(test)]
mod tests {
    use super::hostile::{Hostile, assert_harmless};
    use super::*;

    /// Ten times as many are shown in a release build by `tests/tests/programs/hostile_text.rs`.
    const TEXTS: usize = if cfg!(miri) { 80 } else { 100_000 };
    const TOGETHER: usize = 8;

    /// Shows the texts, a few at a time, and holds what is shown to be on one line.
    fn show(seed: u64, show: impl Fn(&str) -> String, is_ours: impl Fn(usize, &str) -> bool) {
        let mut hostile = Hostile::new(seed);
        for _ in 0..TEXTS / TOGETHER {
            assert_harmless(&show(&hostile.next_texts(TOGETHER)), &is_ours);
        }
    }

    #[test]
    fn harm_is_seen() {
        let harms = |text: &str| {
            let check = || assert_harmless(text, |place, _| place == 0);
            std::panic::catch_unwind(check).is_err()
        };
        assert!(!harms("a \\u{1b} 日本"));
        for letter in [
            "\u{1b}", "\t", "\u{9b}", "\u{7f}", "\u{202e}", "\u{2028}", "\u{200b}", "\nforged",
        ] {
            assert!(harms(&format!("a {letter} b")), "{letter:?}");
        }
    }

    #[test]
    fn hostile_texts_on_a_line_act_on_nothing() {
        show(1, |text| line(text).to_string(), |place, _| place == 0);
    }

    #[test]
    fn hostile_texts_on_lines_forge_none() {
        let is_ours = |place, line: &str| place == 0 || line.starts_with("  | ");
        show(2, |text| lines(text).to_string(), is_ours);
    }

    #[test]
    fn hostile_texts_in_a_column_keep_to_it() {
        let column = |text: &str| {
            let short = Shortened { text, width: 24 };
            let shown = format!("{short:26}");
            assert_eq!(width(&shown), 26, "{text:?}");
            shown
        };
        show(3, column, |place, _| place == 0);
    }
}
