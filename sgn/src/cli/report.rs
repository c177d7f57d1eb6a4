//! `report`: a recorded run as the text of the memory report.

use std::io::Write;

use clap::{Arg, ArgMatches, Command, value_parser};

use super::answer::{Answer, json_argument};
use super::json::Json;
use super::recorded;
use crate::viewers::{self, Format};

/// Returns the command with its arguments.
pub(super) fn command() -> Command {
    Command::new("report")
        .about("Print the memory report of a recorded run")
        .after_help("Example: sgn report run.sgnprof --at 90s")
        .arg(recorded::file("FILE"))
        .arg(recorded::at())
        .arg(
            Arg::new("top")
                .long("top")
                .value_name("N")
                .default_value("10")
                .value_parser(value_parser!(u64).range(1..=1000))
                .help("The number of lines in each list"),
        )
        .arg(json_argument())
}

/// Prints the report.
pub(super) fn report(matches: &ArgMatches, out: &mut dyn Write) -> Answer {
    let as_json = matches.get_flag("json");
    let written = match as_json {
        true => json(matches, out),
        false => text(matches, out),
    };
    written.unwrap_or_else(|error| {
        let object = Json::Object(vec![("message", Json::from(error.as_str()))]);
        Answer::failure(as_json, &error, object)
    })
}

fn text(matches: &ArgMatches, out: &mut dyn Write) -> Result<Answer, String> {
    let top = matches
        .get_one::<u64>("top")
        .map_or(10, |top| *top as usize);
    let (file, until) = (recorded::path(matches, "FILE"), recorded::moment(matches));
    let mut text = String::new();
    recorded::report(file, until, top, &mut |line| {
        text.push_str(line);
        text.push('\n');
    })?;
    Ok(Answer::written(out.write_all(text.as_bytes())))
}

fn json(matches: &ArgMatches, out: &mut dyn Write) -> Result<Answer, String> {
    let (file, until) = (recorded::path(matches, "FILE"), recorded::moment(matches));
    let mut run = recorded::read(file, until)?;
    let before = run.moments.len().saturating_sub(1);
    run.moments.drain(..before);
    Ok(Answer::written(viewers::write(&run, Format::Json, out)))
}
