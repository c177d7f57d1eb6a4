//! Small formatters that allocate nothing.

use std::fmt::{self, Display, Formatter, Write as _};

use crate::memory::Change;
use crate::text::{clip_end, line, width};

/// Columns of a line: 80, less ten for a prefix such as `[MEMPROF] `.
pub(super) const WIDTH: usize = 70;

/// A number of bytes as KiB to one decimal, with a sign if it is a change.
#[derive(Clone, Copy)]
pub(super) struct Kib {
    bytes: i64,
    signed: bool,
}

impl Kib {
    pub(super) fn of(bytes: u64) -> Self {
        Self {
            bytes: bytes.cast_signed(),
            signed: false,
        }
    }

    pub(super) fn signed(bytes: i64) -> Self {
        Self {
            bytes,
            signed: true,
        }
    }

    /// Returns the change of the live bytes.
    pub(super) fn of_change(change: Change) -> Self {
        Self::signed(change.live_bytes)
    }
}

impl Kib {
    /// Writes the number; one that is shown as zero has no sign.
    fn number(self, f: &mut Formatter<'_>) -> fmt::Result {
        let kib = self.bytes as f64 / 1024.0;
        if kib.abs() < 0.05 {
            f.write_str("0.0")
        } else if self.signed {
            write!(f, "{kib:+.1}")
        } else {
            write!(f, "{kib:.1}")
        }
    }
}

impl Display for Kib {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.number(f)?;
        f.write_str(" KiB")
    }
}

/// A number of bytes, and its standard error if it is an estimate.
#[derive(Clone, Copy)]
pub(super) struct Estimate {
    pub(super) kib: Kib,
    /// In bytes; zero of what was counted.
    pub(super) error: f64,
}

impl Display for Estimate {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { kib, error } = self;
        if *error == 0.0 {
            return Display::fmt(kib, f);
        }
        kib.number(f)?;
        write!(f, " ± {:.1} KiB", error / 1024.0)
    }
}

/// Returns how many columns `value` takes.
pub(super) fn width_of(value: &dyn Display) -> usize {
    let mut count = Count(0);
    // Counting cannot fail.
    let _ = write!(count, "{value}");
    count.0
}

struct Count(usize);

impl fmt::Write for Count {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0 += width(text);
        Ok(())
    }
}

/// Returns how many digits a number takes.
pub(super) fn digits(number: u64) -> usize {
    number.checked_ilog10().map_or(1, |log| log as usize + 1)
}

/// A statement on one line: every run of white space is one space, and the end is cut off.
pub(super) struct Statement<'a> {
    pub(super) text: &'a str,
    pub(super) width: usize,
}

impl Display for Statement<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let words = || self.text.split_whitespace();
        let length = words().map(|word| width(word) + 1).sum::<usize>();
        let fits = length.saturating_sub(1) <= self.width;
        let mut left = self.width - usize::from(!fits).min(self.width);
        for (index, word) in words().enumerate() {
            let space = usize::from(index > 0);
            let shown = clip_end(word, left.saturating_sub(space));
            if space < left || !shown.is_empty() {
                write!(f, "{:space$}{}", "", line(shown))?;
            }
            if shown.len() < word.len() {
                return f.write_char('…');
            }
            left -= space + width(shown);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_are_one_line() {
        let line = |text, width| Statement { text, width }.to_string();
        assert_eq!(line("let x =\n    vec![1];", 40), "let x = vec![1];");
        assert_eq!(line("let x = vec![1];", 16), "let x = vec![1];");
        assert_eq!(line("let x = vec![1];", 10), "let x = v…");
        assert_eq!(line("", 10), "");
        assert_eq!(line("ab cd", 4), "ab…");
        assert_eq!(line("数 = 日本語();", 9), "数 = 日…");
        assert_eq!(line("a\u{1b}[2J b", 40), r"a\u{1b}[2J b");
        for columns in 1..40 {
            for text in ["let x = vec![1];", "数 = 日本語();", "a\u{1b} \u{1b} bcd e"] {
                assert!(width(&line(text, columns)) <= columns, "{text} {columns}");
            }
        }
    }

    #[test]
    fn kibibytes_have_one_decimal_and_a_sign_if_wanted() {
        assert_eq!(Kib::of(8909).to_string(), "8.7 KiB");
        assert_eq!(Kib::of(0).to_string(), "0.0 KiB");
        assert_eq!(Kib::signed(-2048).to_string(), "-2.0 KiB");
        assert_eq!(width_of(&Kib::of(8909)), 7);
        let estimate = |kib, error| Estimate { kib, error }.to_string();
        assert_eq!(estimate(Kib::of(8909), 512.0), "8.7 ± 0.5 KiB");
        assert_eq!(estimate(Kib::signed(-2048), 100.0), "-2.0 ± 0.1 KiB");
        assert_eq!(estimate(Kib::of(8909), 0.0), "8.7 KiB");
        for bytes in [-51, -20, 0, 20, 51] {
            assert_eq!(Kib::signed(bytes).to_string(), "0.0 KiB");
            assert_eq!(estimate(Kib::signed(bytes), 512.0), "0.0 ± 0.5 KiB");
        }
        assert_eq!(Kib::signed(-52).to_string(), "-0.1 KiB");
        assert_eq!(Kib::signed(52).to_string(), "+0.1 KiB");
        assert_eq!((digits(0), digits(9), digits(10)), (1, 1, 2));
    }
}
