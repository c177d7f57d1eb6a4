//! The options of the memory report, as the environment sets them.

use std::env;
use std::num::NonZeroU64;
use std::path::PathBuf;
use std::time::Duration;

use super::file_options::MemoryFile;
use super::options::{Every, MemoryReport};
use crate::environment::{EVERY, FILE, FILE_ARGUMENTS, FILE_LIMIT, HTML, SAMPLE, SIGNAL, TOP};
use crate::error::{Error, ErrorKind, Result};
use crate::text::parse_bytes;

/// Returns the options that the environment sets, of a report that is on.
///
/// # Errors
///
/// Fails if a variable has a value that it may not have.
pub(super) fn from_environment() -> Result<MemoryReport> {
    let mut report = MemoryReport::on();
    if let Some(value) = variable(EVERY) {
        report.every = parse_every(&value).ok_or_else(|| {
            refuse(
                EVERY,
                &value,
                "`stride`, a number of strides (`100`), or a duration (`500ms`, `10s`, `5min`)",
            )
        })?;
    }
    if let Some(value) = variable(TOP) {
        report.top = match value.trim().parse() {
            Ok(top @ 1..=1000) => top,
            _ => return Err(refuse(TOP, &value, "a number of lines from 1 to 1000")),
        };
    }
    if let Some(value) = variable(SAMPLE) {
        let sampling = value.parse().map_err(|_| {
            refuse(
                SAMPLE,
                &value,
                "a number of bytes from 1 to below 4 GiB, such as `4096`, `512KiB` or `1MiB`",
            )
        })?;
        report = report.sampled(sampling);
    }
    Ok(report)
}

/// Returns the file to which the environment has runs recorded; `None` if it names none.
///
/// # Errors
///
/// Fails if a variable has a value that it may not have.
pub(super) fn file_from_environment() -> Result<Option<MemoryFile>> {
    let limit = match variable(FILE_LIMIT) {
        None => MemoryFile::LIMIT,
        Some(value) => parse_bytes(&value)
            .filter(|bytes| *bytes >= MemoryFile::LEAST)
            .ok_or_else(|| {
                refuse(
                    FILE_LIMIT,
                    &value,
                    "a number of bytes from 64 KiB up, such as `64MiB` or `1GiB`",
                )
            })?,
    };
    let has_values = match variable(FILE_ARGUMENTS).as_deref() {
        None | Some("all") => true,
        Some("names") => false,
        Some(value) => {
            return Err(refuse(
                FILE_ARGUMENTS,
                value,
                "`all`, or `names` without their values",
            ));
        }
    };
    let Some(path) = env::var_os(FILE) else {
        return Ok(None);
    };
    if path.is_empty() {
        return Err(refuse(
            FILE,
            "",
            "the path of a file, such as `run.sgnprof`",
        ));
    }
    let file = MemoryFile::at(path).limit(limit);
    Ok(Some(if has_values {
        file
    } else {
        file.without_values()
    }))
}

/// Returns the path of the page that the environment has runs shown on; `None` if it names none.
///
/// # Errors
///
/// Fails if the path is no name of a page, or if this library cannot write one.
pub(super) fn page_from_environment() -> Result<Option<PathBuf>> {
    let Some(path) = env::var_os(HTML).map(PathBuf::from) else {
        return Ok(None);
    };
    let shown = path.to_string_lossy();
    // So that a slip of the keyboard overwrites no source file.
    if !(shown.ends_with(".html") || shown.ends_with(".htm")) {
        return Err(refuse(
            HTML,
            &shown,
            "the path of a page, such as `run.html`",
        ));
    }
    if cfg!(not(feature = "viewers")) {
        return Err(Error::new(
            ErrorKind::Environment,
            format!(
                "`{HTML}` asks for a page, and this program is built without the feature `viewers` of `sgn`; build it with \
                 that feature, or set `{FILE}=run.sgnprof`, and `sgn export run.sgnprof --format html` writes the page"
            ),
        ));
    }
    Ok(Some(path))
}

/// Returns true if the environment has SIGUSR1 ask for a report.
///
/// # Errors
///
/// Fails if the variable has another value.
pub(super) fn signal_from_environment() -> Result<bool> {
    match variable(SIGNAL).as_deref() {
        None => Ok(false),
        Some("SIGUSR1") => Ok(true),
        Some(value) => Err(refuse(SIGNAL, value, "`SIGUSR1`")),
    }
}

fn parse_every(value: &str) -> Option<Every> {
    let value = value.trim();
    if value == "stride" {
        return Some(Every::Strides(NonZeroU64::MIN));
    }
    let digits = value
        .find(|letter: char| !letter.is_ascii_digit())
        .unwrap_or(value.len());
    let (number, unit) = value.split_at(digits);
    let number: NonZeroU64 = number.parse().ok()?;
    let seconds = |each: u64| number.get().checked_mul(each).map(Duration::from_secs);
    let time = match unit.trim() {
        "" => return Some(Every::Strides(number)),
        "ms" => Some(Duration::from_millis(number.get())),
        "s" => seconds(1),
        "min" => seconds(60),
        "h" => seconds(3600),
        _ => None,
    };
    time.map(Every::Time)
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
        let time = |millis| Some(Every::Time(Duration::from_millis(millis)));
        let strides = |number| NonZeroU64::new(number).map(Every::Strides);
        assert_eq!(parse_every("stride"), strides(1));
        assert_eq!(parse_every("100"), strides(100));
        assert_eq!(parse_every("500ms"), time(500));
        assert_eq!(parse_every(" 10 s "), time(10_000));
        assert_eq!(parse_every("5min"), time(300_000));
        assert_eq!(parse_every("2h"), time(7_200_000));
        for nonsense in [
            "",
            "0",
            "-1",
            "1.5s",
            "ten",
            "10x",
            "s",
            "0ms",
            "18446744073709551615h",
            "99999999999999999999",
        ] {
            assert_eq!(parse_every(nonsense), None, "{nonsense:?}");
        }
    }
}
