//! The budget of an element: how much memory its pads may have, and how often they may allocate.

use std::fmt;

use crate::counting::ModeLease;
use crate::error::Result;
use crate::memory::{self, Mode};

/// The limits for the memory of an element: the options `budget`, `allocs_per_stride` and `warm_up` of the attributes,
/// and the methods of builders of the same names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub struct Budget {
    bytes: Option<u64>,
    blocks: Option<u64>,
    warm_up: Option<u64>,
}

/// The strides in which an element may allocate as much as it likes, unless it says otherwise.
const WARM_UP: u64 = 16;

impl Budget {
    /// No limits.
    pub const NONE: Self = Self {
        bytes: None,
        blocks: None,
        warm_up: None,
    };

    /// Limits the live bytes.
    pub const fn budget(mut self, bytes: u64) -> Self {
        self.bytes = Some(bytes);
        self
    }

    /// Limits the number of blocks that are allocated in a stride.
    pub const fn allocs_per_stride(mut self, blocks: u64) -> Self {
        self.blocks = Some(blocks);
        self
    }

    /// Sets how many strides of a run may allocate more blocks than that.
    pub const fn warm_up(mut self, strides: u64) -> Self {
        self.warm_up = Some(strides);
        self
    }

    /// Returns these limits, and those of `other` for what has none.
    pub(crate) fn or(self, other: Self) -> Self {
        Self {
            bytes: self.bytes.or(other.bytes),
            blocks: self.blocks.or(other.blocks),
            warm_up: self.warm_up.or(other.warm_up),
        }
    }

    /// Returns true if there is a limit.
    pub(crate) const fn has_limits(self) -> bool {
        self.bytes.is_some() || self.blocks.is_some()
    }

    /// Has all blocks counted, if there is a limit and the program counts its memory, until the result is dropped.
    ///
    /// # Errors
    ///
    /// The operating system refuses the memory for counting.
    pub(crate) fn start_counting(self) -> Result<Option<ModeLease>> {
        let is_needed = self.has_limits() && memory::is_installed();
        is_needed.then(|| ModeLease::new(Mode::Counted)).transpose()
    }

    /// Returns the most bytes that may be live after a stride.
    pub(crate) const fn most_bytes(self) -> Option<u64> {
        self.bytes
    }

    /// Returns the most blocks that may be allocated in a stride, and the number of strides for which that does not
    /// hold.
    pub(crate) fn most_blocks(self) -> Option<(u64, u64)> {
        Some((self.blocks?, self.warm_up.unwrap_or(WARM_UP)))
    }
}

/// The units of a number of bytes.
const UNITS: [(&str, u64); 10] = [
    ("", 1),
    ("B", 1),
    ("kB", 1000),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
    ("TB", 1_000_000_000_000),
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
    ("TiB", 1 << 40),
];

/// Reads a number of bytes, such as `1 MiB`, by the rules of the attribute's option `budget`.
///
/// # Errors
///
/// Says what is wrong with the text, as the end of a sentence about it.
pub(crate) fn bytes_of(text: &str) -> Result<u64, &'static str> {
    const UNREADABLE: &str = "is no number of bytes; write a whole number and a unit, one of B, kB, MB, GB, TB, KiB, \
                              MiB, GiB and TiB: `1 MiB`";
    const TOO_MUCH: &str =
        "is more than the 18446744073709551615 bytes that an address can name; write less";
    let text = text.trim();
    let end = text
        .find(|char: char| !char.is_ascii_digit())
        .unwrap_or(text.len());
    let (digits, unit) = text.split_at(end);
    let unit = unit.trim_start();
    let found = UNITS.iter().find(|(name, _)| *name == unit);
    let Some((_, factor)) = found.filter(|_| !digits.is_empty()) else {
        return Err(UNREADABLE);
    };
    let number = digits.parse::<u64>().ok();
    number
        .and_then(|number| number.checked_mul(*factor))
        .ok_or(TOO_MUCH)
}

/// A number of bytes, with the unit in which it is short.
pub(crate) struct Bytes(pub(crate) u64);

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let units = ["B", "KiB", "MiB", "GiB", "TiB"];
        let mut exact = (self.0, 0);
        while exact.0 >= 1024 && exact.0 % 1024 == 0 && exact.1 + 1 < units.len() {
            exact = (exact.0 / 1024, exact.1 + 1);
        }
        write!(f, "{} {}", exact.0, units[exact.1])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_bytes_are_read_with_their_units() {
        for (text, bytes) in [
            ("0", 0),
            ("17", 17),
            ("17 B", 17),
            ("1 kB", 1000),
            ("1KiB", 1024),
            (" 3  MiB ", 3 << 20),
            ("2 GB", 2_000_000_000),
            ("16777215 TiB", 16_777_215 << 40),
            ("18446744073709551615", u64::MAX),
        ] {
            assert_eq!(bytes_of(text), Ok(bytes), "{text}");
        }
    }

    #[test]
    fn what_is_no_number_of_bytes_is_refused() {
        for text in [
            "", "MiB", "1 MiB??", "-1", "-1 MiB", "1.5 MiB", "1 mib", "1 MiB 2", "0x10", "1_000",
            "+1", "١ MiB",
        ] {
            let fault = bytes_of(text).unwrap_err();
            assert!(fault.starts_with("is no number"), "{text}: {fault}");
        }
        for text in [
            "18446744073709551616",
            "16777216 TiB",
            "99999999999999999999999 B",
        ] {
            let fault = bytes_of(text).unwrap_err();
            assert!(fault.starts_with("is more than"), "{text}: {fault}");
        }
    }

    #[test]
    fn what_a_builder_says_stands_before_the_attribute() {
        let attribute = Budget::NONE.budget(1).allocs_per_stride(2);
        let both = Budget::NONE.budget(7).or(attribute);
        assert_eq!(
            (both.most_bytes(), both.most_blocks()),
            (Some(7), Some((2, WARM_UP)))
        );
        let later = Budget::NONE.warm_up(0).or(attribute);
        assert_eq!(
            (later.most_bytes(), later.most_blocks()),
            (Some(1), Some((2, 0)))
        );
        assert_eq!(Budget::NONE.warm_up(3).most_blocks(), None);
    }

    #[test]
    fn bytes_are_shown_in_the_largest_unit_that_divides_them() {
        for (bytes, shown) in [
            (0, "0 B"),
            (1023, "1023 B"),
            (1024, "1 KiB"),
            (3 << 20, "3 MiB"),
            (1 << 52, "4096 TiB"),
        ] {
            assert_eq!(Bytes(bytes).to_string(), shown);
        }
    }
}
