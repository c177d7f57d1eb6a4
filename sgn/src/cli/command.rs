//! The commands and their arguments.

use std::ffi::OsString;
use std::path::Path;
use std::time::Duration;

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use clap_complete::Shell;

use super::answer::Answer;
use super::export;
use crate::registry::{ElementInfo, registry};
use crate::text::line;

/// Returns the command line as clap sees it.
pub(super) fn command() -> Command {
    let json = Arg::new("json")
        .long("json")
        .action(ArgAction::SetTrue)
        .help("Print JSON, for tools");
    Command::new("sgn")
        .about("Lists, describes and runs the elements that are linked into this program")
        .after_help("Without a command, all elements are listed.")
        .subcommand(
            Command::new("inspect")
                .about("List all elements, or describe one")
                .arg(
                    Arg::new("NAME")
                        .help("Its name (`counter`), its type (`Counter`) or its path"),
                )
                .arg(json.clone()),
        )
        .subcommand(
            Command::new("launch")
                .about("Make a pipeline of a launch string and run it")
                .after_help(
                    "Example: launch 'counter max_frames=3 name=src ! print  src. ! collect'\n\
                     a ! b links, key=value sets a property, name=x names an element, x. and x.pad refer to it,\n\
                     source_pads=a,b names pads. Several arguments are joined with blanks.",
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
                .arg(json),
        )
        .subcommand(export::command())
        .subcommand(
            Command::new("completions")
                .about("Print a completion script, with the names of the elements")
                .arg(
                    Arg::new("SHELL")
                        .required(true)
                        .value_parser(value_parser!(Shell)),
                ),
        )
}

/// Parses a time in seconds.
fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse::<f64>().ok();
    seconds
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .ok_or_else(|| String::from("must be a number of seconds from 0 up; such as 2 or 0.5"))
}

/// Returns the completion script of a shell, for the program under the name it was called by.
pub(super) fn completions(matches: &ArgMatches, arguments: &[OsString]) -> Answer {
    let program = arguments
        .first()
        .and_then(|path| Path::new(path).file_stem())
        .map_or_else(
            || String::from("sgn"),
            |name| line(&name.to_string_lossy()).to_string(),
        );
    let names: Vec<&str> = registry().iter().map(ElementInfo::name).collect();
    let mut command = command().mut_subcommand("inspect", |inspect| {
        inspect.mut_arg("NAME", |name| {
            name.value_parser(PossibleValuesParser::new(names.iter().copied()))
        })
    });
    let mut script = Vec::new();
    if let Some(shell) = matches.get_one::<Shell>("SHELL") {
        clap_complete::generate(*shell, &mut command, program.clone(), &mut script);
    }
    let mut script = String::from_utf8_lossy(&script).into_owned();
    if matches.get_one("SHELL") == Some(&Shell::Fish) {
        // The generator for fish leaves the values of positional arguments out.
        let names = names.join(" ");
        script.push_str(&format!(
            "complete -c {program} -n \"__fish_seen_subcommand_from inspect\" -f -a \"{names}\"\n"
        ));
    }
    Answer::said(script)
}
