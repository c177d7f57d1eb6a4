//! The file of a recorded run, as commands take it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Arg, ArgMatches, value_parser};

use crate::recording::read::{self, Until};
use crate::recording::run::Run;
use crate::text::line;

/// Returns the argument that names the file.
pub(super) fn file() -> Arg {
    Arg::new("FILE")
        .required(true)
        .value_parser(value_parser!(PathBuf))
        .help(
            "The file of a recorded run, which `SGN_MEMPROF_FILE` names for the program that runs",
        )
}

/// Returns the option that says up to which moment the file is read.
pub(super) fn at() -> Arg {
    Arg::new("at")
        .long("at")
        .value_name("MOMENT")
        .value_parser(until)
        .help("The last moment up to there: a time since the start (`90s`, `5min`), or a stride (`4000`) [default: the end]")
}

/// Parses a moment.
fn until(text: &str) -> Result<Until, String> {
    let refused = || {
        String::from(
            "must be a time since the start, such as `500ms`, `90s`, `5min` or `2h`, or the number of a stride, such as \
             `4000`",
        )
    };
    if let Ok(stride) = text.parse() {
        return Ok(Until::Stride(stride));
    }
    let unit = text.find(|letter: char| letter.is_ascii_alphabetic());
    let (number, unit) = text.split_at(unit.unwrap_or(text.len()));
    let seconds = match unit {
        "ms" => 1e-3,
        "s" => 1.0,
        "min" => 60.0,
        "h" => 3600.0,
        _ => return Err(refused()),
    };
    let number = number.trim_end().parse::<f64>().ok();
    number
        .and_then(|number| Duration::try_from_secs_f64(number * seconds).ok())
        .map(Until::Time)
        .ok_or_else(refused)
}

/// Returns the path of the file.
pub(super) fn path(matches: &ArgMatches) -> &Path {
    // An argument that is required is there.
    matches
        .get_one::<PathBuf>("FILE")
        .map_or(Path::new(""), PathBuf::as_path)
}

/// Returns the run up to the moment that was asked for.
///
/// # Errors
///
/// The file cannot be read, or has no moment up to there; in words.
pub(super) fn read(matches: &ArgMatches) -> Result<Run, String> {
    let path = path(matches);
    let until = matches.get_one("at").copied().unwrap_or_default();
    let run = read::read(path, until, &mut |_| {});
    let shown = path.to_string_lossy();
    let shown = line(&shown);
    let run = run.map_err(|error| format!("`{shown}` cannot be read: {error}"))?;
    if run.moments.is_empty() {
        return Err(match until {
            Until::End => {
                format!("`{shown}` has no numbers yet; the first report of the run writes some")
            }
            Until::Time(_) | Until::Stride(_) => {
                format!("`{shown}` has no numbers up to that moment; give a later one to `--at`")
            }
        });
    }
    Ok(run)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_a_time_or_a_stride() {
        let time = |milliseconds| Ok(Until::Time(Duration::from_millis(milliseconds)));
        assert_eq!(until("4000"), Ok(Until::Stride(4000)));
        assert_eq!(until("500ms"), time(500));
        assert_eq!(until("1.5s"), time(1500));
        assert_eq!(until("5min"), time(300_000));
        assert_eq!(until("2 h"), time(7_200_000));
        for refused in [
            "", "s", "-1s", "-1", "1.5", "nans", "infs", "1e99s", "1d", "5min30s", "end",
        ] {
            assert!(until(refused).is_err(), "{refused}");
        }
    }
}
