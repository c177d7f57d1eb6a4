//! `export`: a recorded run in the format of another viewer.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser as _};
use clap::{Arg, ArgMatches, Command, value_parser};

use super::answer::Answer;
use super::json::Json;
use super::recorded;
use crate::recording::run::Run;
use crate::text::line;
use crate::viewers::{Format, write};

/// Returns the command with its arguments.
pub(super) fn command() -> Command {
    let formats =
        Format::ALL.map(|format| PossibleValue::new(format.name()).help(format.readers()));
    let formats = PossibleValuesParser::new(formats);
    Command::new("export")
        .about("Write a recorded run in the format of another viewer")
        .after_help("Example: sgn export run.sgnprof --format pprof --output run.pb.gz")
        .arg(recorded::file("FILE"))
        .arg(
            Arg::new("format")
                .long("format")
                .short('f')
                .required(true)
                .value_name("FORMAT")
                .value_parser(formats.try_map(|name| name.parse::<Format>()))
                .help("The format"),
        )
        .arg(
            Arg::new("output")
                .long("output")
                .short('o')
                .value_name("PATH")
                .value_parser(value_parser!(PathBuf))
                .help("The file to write [default: standard output]"),
        )
        .arg(recorded::at())
}

/// Writes the run to `out`, or to the file that was asked for.
pub(super) fn export(matches: &ArgMatches, out: &mut dyn Write, is_terminal: bool) -> Answer {
    let Some(format) = matches.get_one::<Format>("format").copied() else {
        return failure("`--format` is missing");
    };
    let output = matches.get_one::<PathBuf>("output");
    if is_terminal && output.is_none() && format.is_binary() {
        let name = format.name();
        return failure(&format!(
            "the format `{name}` is no text, and a terminal cannot show it; give a file to `--output`"
        ));
    }
    let file = recorded::path(matches, "FILE");
    let run = match recorded::read(file, recorded::moment(matches)) {
        Ok(run) => run,
        Err(error) => return failure(&error),
    };
    let written = match output {
        Some(path) => to_file(&run, format, path, file),
        None => to_pipe(&run, format, out),
    };
    match (written, &run.cut) {
        (Err(error), _) => failure(&error),
        (Ok(()), None) => Answer::default(),
        (Ok(()), Some(reason)) => Answer {
            err: format!(
                "warning: `{}` could not be read to its end: {}\n",
                line(&file.to_string_lossy()),
                line(reason)
            ),
            ..Answer::default()
        },
    }
}

fn failure(text: &str) -> Answer {
    Answer::failure(false, text, Json::Null)
}

/// Writes to the file at `path`, which must not be the one that was read.
fn to_file(run: &Run, format: Format, path: &Path, read: &Path) -> Result<(), String> {
    let shown = path.to_string_lossy();
    let shown = line(&shown);
    let place = |path: &Path| path.canonicalize().ok();
    if place(path).is_some_and(|is| Some(is) == place(read)) {
        return Err(format!(
            "`{shown}` is the recorded run itself; give another file to `--output`"
        ));
    }
    let written = File::create(path).and_then(|mut file| write(run, format, &mut file));
    written.map_err(|error| match error.kind() {
        io::ErrorKind::InvalidInput => error.to_string(),
        _ => format!("`{shown}` cannot be written: {error}"),
    })
}

/// Writes to standard output. A reader that has closed its end wants no more.
fn to_pipe(run: &Run, format: Format, out: &mut dyn Write) -> Result<(), String> {
    let written = write(run, format, out).and_then(|()| out.flush());
    written.or_else(|error| match error.kind() {
        io::ErrorKind::BrokenPipe => Ok(()),
        io::ErrorKind::InvalidInput => Err(error.to_string()),
        _ => Err(format!("standard output cannot be written: {error}")),
    })
}
