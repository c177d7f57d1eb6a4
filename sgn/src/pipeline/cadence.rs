//! How often the memory report is printed, and how long its lists are.

use std::env;
use std::time::{Duration, Instant};

use crate::error::{Error, ErrorKind, Result};

/// The variable that says how often: `stride`, a number of strides, or a duration.
const EVERY: &str = "SGN_MEMPROF_EVERY";

/// The variable that says how many lines the lists have.
const TOP: &str = "SGN_MEMPROF_TOP";

/// When the next report is due. The first stride and the end of a run always have one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cadence {
    Strides(u64),
    Time(Duration),
}

impl Cadence {
    pub(super) fn from_environment() -> Result<Self> {
        match variable(EVERY) {
            None => Ok(Self::Time(Duration::from_secs(1))),
            Some(value) => Self::parse(&value).ok_or_else(|| {
                refuse(
                    EVERY,
                    &value,
                    "`stride`, a number of strides (`100`), or a duration (`500ms`, `10s`, `5min`)",
                )
            }),
        }
    }

    pub(super) fn top_from_environment() -> Result<usize> {
        match variable(TOP) {
            None => Ok(10),
            Some(value) => match value.trim().parse() {
                Ok(top @ 1..=1000) => Ok(top),
                _ => Err(refuse(TOP, &value, "a number of lines from 1 to 1000")),
            },
        }
    }

    /// Whether a report is due, `strides` after the last one, which was printed at `last`.
    pub(super) fn is_due(self, strides: u64, last: Instant) -> bool {
        match self {
            Self::Strides(every) => strides >= every,
            Self::Time(every) => last.elapsed() >= every,
        }
    }

    fn parse(value: &str) -> Option<Self> {
        let value = value.trim();
        if value == "stride" {
            return Some(Self::Strides(1));
        }
        let digits = value
            .find(|letter: char| !letter.is_ascii_digit())
            .unwrap_or(value.len());
        let (number, unit) = value.split_at(digits);
        let number: u64 = number.parse().ok().filter(|number| *number > 0)?;
        match unit.trim() {
            "" => Some(Self::Strides(number)),
            "ms" => Some(Self::Time(Duration::from_millis(number))),
            "s" => Some(Self::Time(Duration::from_secs(number))),
            "min" => number
                .checked_mul(60)
                .map(|seconds| Self::Time(Duration::from_secs(seconds))),
            "h" => number
                .checked_mul(3600)
                .map(|seconds| Self::Time(Duration::from_secs(seconds))),
            _ => None,
        }
    }
}

fn variable(name: &str) -> Option<String> {
    env::var_os(name).map(|value| value.to_string_lossy().into_owned())
}

fn refuse(name: &str, value: &str, expected: &str) -> Error {
    Error::new(
        ErrorKind::Environment,
        format!("`{name}` is {value:?}; it must be {expected}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cadences_are_strides_or_durations() {
        let time = |millis| Some(Cadence::Time(Duration::from_millis(millis)));
        assert_eq!(Cadence::parse("stride"), Some(Cadence::Strides(1)));
        assert_eq!(Cadence::parse("100"), Some(Cadence::Strides(100)));
        assert_eq!(Cadence::parse("500ms"), time(500));
        assert_eq!(Cadence::parse(" 10 s "), time(10_000));
        assert_eq!(Cadence::parse("5min"), time(300_000));
        assert_eq!(Cadence::parse("2h"), time(7_200_000));
        for nonsense in [
            "",
            "0",
            "-1",
            "1.5s",
            "ten",
            "10x",
            "s",
            "0ms",
            "99999999999999999999",
        ] {
            assert_eq!(Cadence::parse(nonsense), None, "{nonsense:?}");
        }
    }
}
