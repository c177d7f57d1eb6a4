//! `launch`: a pipeline of text, run.

use std::time::{Duration, Instant};

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};

use super::answer::{Answer, json_argument};
use super::json::{self, Json};
use crate::error::ErrorKind;
use crate::launch::{LaunchError, Problem};
use crate::scheduler::{RunOptions, RunSummary};

pub(super) fn command() -> Command {
    Command::new("launch")
        .about("Make a pipeline of a launch string and run it")
        .after_help(
            "Example: launch 'counter max_frames=3 name=src ! print  src. ! collect'\n\
             a ! b links, key=value sets a property, name=x names an element, x. and x.pad\n\
             refer to it, source_pads=a,b names pads. Several arguments are joined with blanks.",
        )
        .arg(
            Arg::new("TEXT")
                .required(true)
                .num_args(1..)
                .help("The launch string"),
        )
        .arg(
            Arg::new("check")
                .long("check")
                .action(ArgAction::SetTrue)
                .help("Make and check the pipeline, and do not run it"),
        )
        .arg(
            Arg::new("max-strides")
                .long("max-strides")
                .value_name("N")
                .value_parser(value_parser!(u64).range(1..))
                .help("Stop after that many strides"),
        )
        .arg(
            Arg::new("grace-strides")
                .long("grace-strides")
                .value_name("N")
                .value_parser(value_parser!(u64).range(1..))
                .help(
                    "Strides in which a transform that ends its streams by itself may bring the end no nearer, \
                     once all sources have ended [default: 1000]",
                ),
        )
        .arg(
            Arg::new("grace-time")
                .long("grace-time")
                .value_name("SECONDS")
                .value_parser(seconds)
                .help("Seconds that it may take to do so [default: 1]"),
        )
        .arg(json_argument())
}

/// Parses a time in seconds.
fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse::<f64>().ok();
    seconds
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .ok_or_else(|| String::from("must be a number of seconds from 0 up; such as 2 or 0.5"))
}

/// Makes the pipeline, and runs it unless it is only to be checked.
pub(super) fn launch(matches: &ArgMatches) -> Answer {
    let as_json = matches.get_flag("json");
    let words: Vec<&str> = matches
        .get_many::<String>("TEXT")
        .map(|words| words.map(String::as_str).collect())
        .unwrap_or_default();
    let text = joined(&words);
    let mut pipeline = match crate::launch::pipeline(&text) {
        Ok(pipeline) => pipeline,
        Err(error) => return Answer::failure(as_json, &error.to_string(), problems(&error)),
    };
    if matches.get_flag("check") {
        return checked(&pipeline.elements(), as_json);
    }
    let started = Instant::now();
    match pipeline.run_with(options(matches)) {
        Ok(summary) => ran(summary, started.elapsed().as_secs_f64(), as_json),
        Err(error) => Answer::failure(as_json, &format!("{error:?}"), json::error(&error)),
    }
}

/// Returns the options of the run, from the command line.
fn options(matches: &ArgMatches) -> RunOptions {
    let mut options = RunOptions::new();
    if let Some(strides) = matches.get_one::<u64>("max-strides") {
        options = options.max_strides(*strides);
    }
    if let Some(strides) = matches.get_one::<u64>("grace-strides") {
        options = options.grace_strides(*strides);
    }
    if let Some(time) = matches.get_one::<Duration>("grace-time") {
        options = options.grace_time(*time);
    }
    options
}

/// Joins the arguments: one argument is the text itself; several are its words, which may contain blanks that the shell
/// left in them.
fn joined(words: &[&str]) -> String {
    if let [text] = words {
        return (*text).to_owned();
    }
    let escaped = words.iter().map(|word| {
        let letters = word.chars().flat_map(|letter| {
            let plain = letter.is_whitespace() || matches!(letter, '"' | '\'' | '\\');
            plain.then_some('\\').into_iter().chain([letter])
        });
        letters.collect::<String>()
    });
    escaped.collect::<Vec<_>>().join(" ")
}

fn checked(elements: &[String], as_json: bool) -> Answer {
    if as_json {
        let elements = elements.iter().map(|name| Json::from(name.as_str()));
        let object = Json::Object(vec![("elements", Json::List(elements.collect()))]);
        return Answer::said(format!("{object}\n"));
    }
    Answer::said(format!("well: {}\n", elements.join(", ")))
}

fn ran(summary: RunSummary, seconds: f64, as_json: bool) -> Answer {
    let RunSummary {
        strides,
        finished,
        stopped,
        stopped_by,
        ..
    } = summary;
    if as_json {
        let object = Json::Object(vec![
            ("strides", Json::Whole(strides)),
            ("finished", Json::Bool(finished)),
            ("stopped", Json::Bool(stopped)),
            (
                "stopped_by",
                stopped_by.map_or(Json::Null, |cause| Json::from(cause.to_string().as_str())),
            ),
            ("seconds", Json::Seconds(seconds)),
        ]);
        return Answer::said(format!("{object}\n"));
    }
    let how = match (finished, stopped_by) {
        (_, Some(cause)) => format!("stopped by {cause}"),
        (true, None) => String::from("finished"),
        (false, None) => String::from("interrupted"),
    };
    let plural = if strides == 1 { "" } else { "s" };
    Answer {
        err: format!("{how} after {strides} stride{plural} in {seconds:.3} s\n"),
        ..Answer::default()
    }
}

fn problems(error: &LaunchError) -> Json {
    let (kind, message) = match error.problems() {
        [only] => (only.kind, only.message.clone()),
        all => (
            ErrorKind::Several,
            format!(
                "the launch string has {} problems",
                all.len() + error.left_out()
            ),
        ),
    };
    let one = |problem: &Problem| {
        let (line, column) = error.line_and_column(problem);
        Json::Object(vec![
            ("kind", json::kind(problem.kind)),
            ("message", Json::from(problem.message.as_str())),
            ("line", Json::from(line)),
            ("column", Json::from(column)),
            ("start", Json::from(problem.place.start)),
            ("end", Json::from(problem.place.end)),
        ])
    };
    Json::Object(vec![
        ("kind", json::kind(kind)),
        ("message", Json::Text(message)),
        (
            "problems",
            Json::List(error.problems().iter().map(one).collect()),
        ),
        ("left_out", Json::from(error.left_out())),
    ])
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{RunOptions, joined, options};
    use crate::cli::command::command;

    fn read(arguments: &str) -> Option<RunOptions> {
        let arguments = format!("sgn launch a {arguments}");
        let matches = command().try_get_matches_from(arguments.split(' ')).ok()?;
        Some(options(matches.subcommand_matches("launch")?))
    }

    #[test]
    fn a_run_has_the_grace_that_the_command_line_says() {
        let grace = |arguments: &str| {
            let grace = read(arguments).expect("it is well").grace;
            (grace.strides, grace.time)
        };
        let second = Duration::from_secs(1);
        assert_eq!(grace("--check"), (1000, second));
        assert_eq!(grace("--grace-strides 7"), (7, second));
        let half = Duration::from_millis(1500);
        assert_eq!(grace("--grace-time 1.5"), (1000, half));
        assert_eq!(
            grace("--grace-strides=1 --grace-time=0"),
            (1, Duration::ZERO)
        );
    }

    #[test]
    fn a_grace_that_is_none_is_refused() {
        for refused in [
            "--grace-strides 0",
            "--grace-strides -1",
            "--grace-strides 1.5",
            "--grace-strides=",
            "--grace-strides 18446744073709551616",
            "--grace-time=-1",
            "--grace-time -0.5",
            "--grace-time nan",
            "--grace-time inf",
            "--grace-time 1e99",
            "--grace-time 1s",
            "--grace-time=",
        ] {
            assert!(read(refused).is_none(), "{refused}");
        }
    }

    #[test]
    fn words_of_the_shell_keep_their_blanks() {
        assert_eq!(joined(&["a b=c ! d"]), "a b=c ! d");
        assert_eq!(joined(&["a", "b=c d", "!", "e"]), "a b=c\\ d ! e");
        assert_eq!(joined(&["a", "b=\"x\""]), "a b=\\\"x\\\"");
    }
}
