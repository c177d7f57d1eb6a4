//! The file of a recorded run, as commands take it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Arg, ArgMatches, value_parser};

use super::progress::Progress;
use crate::recording::read::{self, ReadError, Until};
use crate::recording::run::Run;
use crate::text::line;
use crate::viewers::text;

/// Returns the argument called `name`, which names a file.
pub(super) fn file(name: &'static str) -> Arg {
    Arg::new(name)
        .required(true)
        .value_parser(value_parser!(PathBuf))
        .value_hint(clap::ValueHint::FilePath)
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
            "must be a time since the start, such as `500ms`, `90s`, `5min`, `2h` or `3d`, or the number of a stride, such as \
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
        "d" => 86_400.0,
        _ => return Err(refused()),
    };
    let number = number.trim_end().parse::<f64>().ok();
    number
        .and_then(|number| Duration::try_from_secs_f64(number * seconds).ok())
        .map(Until::Time)
        .ok_or_else(refused)
}

/// Returns the path that was given for the argument called `name`.
pub(super) fn path<'a>(matches: &'a ArgMatches, name: &str) -> &'a Path {
    // An argument that is required is there.
    matches
        .get_one::<PathBuf>(name)
        .map_or(Path::new(""), PathBuf::as_path)
}

/// Returns the moment that was asked for.
pub(super) fn moment(matches: &ArgMatches) -> Until {
    matches.get_one("at").copied().unwrap_or_default()
}

/// Returns the run in the file at `path` up to a moment. A read that takes long shows its progress on a terminal.
///
/// # Errors
///
/// The file cannot be read, or has no moment up to there; in words.
pub(super) fn read(path: &Path, until: Until) -> Result<Run, String> {
    let mut progress = Progress::of_file(path);
    let run = read::read(path, until, &mut |bytes| progress.show(bytes));
    drop(progress);
    let run = run.map_err(|error| unreadable(path, &error))?;
    match run.moments.is_empty() {
        true => Err(nothing(path, until)),
        false => Ok(run),
    }
}

/// Hands the memory report of the run in the file at `path`, at a moment, to `line`, with `top` lines in each list.
///
/// # Errors
///
/// Those of [`read()`].
pub(super) fn report(
    path: &Path,
    until: Until,
    top: usize,
    line: &mut dyn FnMut(&str),
) -> Result<(), String> {
    let mut progress = Progress::of_file(path);
    let found = text::report(path, until, top, &mut |bytes| progress.show(bytes), line);
    drop(progress);
    match found.map_err(|error| unreadable(path, &error))? {
        true => Ok(()),
        false => Err(nothing(path, until)),
    }
}

/// Returns that the file has no numbers up to a moment.
pub(super) fn nothing(path: &Path, until: Until) -> String {
    let shown = name(path);
    match until {
        Until::End => {
            format!("`{shown}` has no numbers yet; the first report of the run writes some")
        }
        Until::Time(_) | Until::Stride(_) => {
            format!("`{shown}` has no numbers up to that moment; give a later one to `--at`")
        }
    }
}

/// Returns a path as it is shown.
pub(super) fn name(path: &Path) -> String {
    line(&path.to_string_lossy()).to_string()
}

/// Returns that the file cannot be read, and why.
pub(super) fn unreadable(path: &Path, error: &ReadError) -> String {
    format!(
        "`{}` cannot be read: {error}",
        line(&path.to_string_lossy())
    )
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
            "", "s", "-1s", "-1", "1.5", "nans", "infs", "1e99s", "1y", "5min30s", "end",
        ] {
            assert!(until(refused).is_err(), "{refused}");
        }
    }
}
