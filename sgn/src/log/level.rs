//! The six levels.

use std::fmt::{self, Write as _};
use std::str::FromStr;

use crate::environment::MEMPROF;
use crate::suggest::nearest;
use crate::text::{Shortened, quoted_list};

/// The importance of a message; the order is the numeric one, so `Level::Debug < Level::Error`.
///
/// The numbers are those that SGN users know: `MEMPROF` is 5, `CRITICAL` is 50.
///
/// ```
/// use sgn::log::Level;
///
/// let level: Level = "MEMPROF".parse()?;
/// assert_eq!(level, Level::MemProf);
/// assert_eq!(level.number(), 5);
/// assert_eq!(Level::Warning.to_string(), "WARNING");
/// # Ok::<(), sgn::log::LevelError>(())
/// ```
///
/// As numbers, for other systems:
///
/// ```
/// use sgn::log::Level;
///
/// assert_eq!(Level::at_or_below(45), Some(Level::Error));
/// let priorities: Vec<u8> = Level::ALL.into_iter().map(Level::journal_priority).collect();
/// assert_eq!(priorities, [7, 7, 6, 4, 3, 2]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Level {
    /// The memory report; more verbose than [`Level::Debug`].
    MemProf = 5,
    /// Messages about what an element does, frame by frame.
    Debug = 10,
    /// Messages about what a run does.
    Info = 20,
    /// Something is odd, and the run goes on; the level of a logger that nobody configured.
    Warning = 30,
    /// Something failed.
    Error = 40,
    /// The program cannot go on.
    Critical = 50,
}

impl Level {
    /// Every level, the most verbose one first.
    pub const ALL: [Self; 6] = [
        Self::MemProf,
        Self::Debug,
        Self::Info,
        Self::Warning,
        Self::Error,
        Self::Critical,
    ];

    /// Returns the name as `SGNLOGLEVEL` takes it and as a line shows it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::MemProf => MEMPROF,
            Self::Debug => "DEBUG",
            Self::Info => "INFO",
            Self::Warning => "WARNING",
            Self::Error => "ERROR",
            Self::Critical => "CRITICAL",
        }
    }

    /// Returns the number, from 5 to 50.
    #[must_use]
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// Returns the highest level that is not above `number`, or `None` below 5.
    #[must_use]
    pub fn at_or_below(number: u8) -> Option<Self> {
        Self::ALL
            .into_iter()
            .rev()
            .find(|level| level.number() <= number)
    }

    /// Returns the priority that the systemd journal knows, from 2 (critical) to 7 (debug).
    #[must_use]
    pub const fn journal_priority(self) -> u8 {
        match self {
            Self::MemProf | Self::Debug => 7,
            Self::Info => 6,
            Self::Warning => 4,
            Self::Error => 3,
            Self::Critical => 2,
        }
    }
}

impl Default for Level {
    /// `WARNING`.
    fn default() -> Self {
        Self::Warning
    }
}

impl fmt::Display for Level {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

impl FromStr for Level {
    type Err = LevelError;

    /// Takes the exact upper-case name, as `SGNLOGLEVEL` does.
    ///
    /// # Errors
    ///
    /// A [`LevelError`] that lists the levels, and the near miss if there is one.
    fn from_str(text: &str) -> Result<Self, LevelError> {
        Self::ALL
            .into_iter()
            .find(|level| level.name() == text)
            .ok_or_else(|| LevelError::new(text, None))
    }
}

/// An item of `SGNLOGLEVEL`, or a level alone, that is not valid.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct LevelError {
    offending: String,
    message: String,
}

impl LevelError {
    /// Returns the error for `offending` in place of a level, inside `item` if it came from a list.
    pub(super) fn new(offending: &str, item: Option<&str>) -> Self {
        let mut message = if offending.is_empty() {
            String::from("missing level")
        } else {
            format!("unknown level `{}`", shown(offending))
        };
        if let Some(item) = item {
            let _ = write!(message, " in the item `{}` of `SGNLOGLEVEL`", shown(item));
        }
        let _ = write!(
            message,
            "; levels are {}",
            quoted_list(Level::ALL.map(Level::name))
        );
        if let Some(meant) = meant(offending) {
            let prefix = item.and_then(|item| item.strip_suffix(offending));
            let _ = write!(
                message,
                "; did you mean `{}`?",
                shown(&format!("{}{meant}", prefix.unwrap_or_default()))
            );
        } else if offending.contains([',', ';']) {
            message.push_str("; separate items by white space");
        } else if offending.is_empty() && item.is_some() {
            message.push_str("; write it right after the colon");
        }
        Self {
            offending: offending.to_owned(),
            message,
        }
    }

    /// Returns the text that stands where a level belongs; empty if nothing does.
    #[must_use]
    pub fn offending(&self) -> &str {
        &self.offending
    }
}

/// Guesses what a text that is no level was meant to be: `name=LEVEL`, a number, or a misspelled name.
fn meant(offending: &str) -> Option<String> {
    if let Some((name, level)) = offending.split_once('=')
        && !name.is_empty()
        && level.parse::<Level>().is_ok()
    {
        return Some(format!("{name}:{level}"));
    }
    let by_number = offending.parse().ok().and_then(|number: u8| {
        Level::ALL
            .into_iter()
            .find(|level| level.number() == number)
    });
    if let Some(level) = by_number {
        return Some(level.name().to_owned());
    }
    nearest(offending, Level::ALL.map(Level::name)).map(str::to_owned)
}

/// Returns a piece of the variable as it may stand in a sentence.
pub(super) fn shown(text: &str) -> Shortened<'_> {
    Shortened { text, width: 200 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_survive_a_round_trip() {
        for level in Level::ALL {
            assert_eq!(level.to_string().parse::<Level>(), Ok(level));
        }
    }

    #[test]
    fn order_is_by_number() {
        assert!(Level::ALL.is_sorted_by_key(|level| level.number()));
        assert!(Level::MemProf < Level::Critical);
    }

    #[test]
    fn a_number_between_two_levels_is_the_lower_one() {
        assert_eq!(Level::at_or_below(4), None);
        assert_eq!(Level::at_or_below(15), Some(Level::Debug));
        assert_eq!(Level::at_or_below(255), Some(Level::Critical));
    }
}
