//! The commands by name.

use std::ffi::OsString;
use std::io::Write;

use clap::builder::PossibleValuesParser;
use clap::{ArgMatches, Command};

use super::answer::Answer;
#[cfg(any(unix, windows))]
use super::top;
use super::{completions, diff, export, inspect, launch, man, report};

const AFTER_HELP: &str = "\
Examples:
  SGN_MEMPROF_FILE=run.sgnprof ./program       records the memory of a run
  sgn top run.sgnprof                          shows it in the terminal, live
  sgn export run.sgnprof -f html -o run.html   shows it in a browser
  sgn inspect null_sink                        describes an element

`sgn COMMAND --help` says more. Without a command, all elements are listed.";

/// Returns the command line as clap sees it.
pub(super) fn command() -> Command {
    let command = Command::new("sgn")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Shows the memory of recorded runs, and lists and runs the elements in this program")
        .after_help(AFTER_HELP)
        .term_width(80)
        .subcommands([
            #[cfg(any(unix, windows))]
            top::command(),
            report::command(),
            diff::command(),
            export::command(),
            inspect::command(),
            launch::command(),
            completions::command(),
            man::command(),
        ]);
    let names: Vec<String> = command
        .get_subcommands()
        .map(|command| command.get_name().to_owned())
        .collect();
    command.mut_subcommand("man", |man| {
        man.mut_arg("COMMAND", |name| {
            name.value_parser(PossibleValuesParser::new(names))
                .hide_possible_values(true)
        })
    })
}

/// Does what the command line says. Commands that write much write it to `out`, as it comes.
pub(super) fn answer(
    matches: &ArgMatches,
    arguments: &[OsString],
    out: &mut dyn Write,
    is_terminal: bool,
) -> Answer {
    match matches.subcommand() {
        Some(("report", matches)) => report::report(matches, out),
        Some(("diff", matches)) => diff::diff(matches, out),
        #[cfg(any(unix, windows))]
        Some(("top", matches)) => top::top(matches, out, is_terminal),
        Some(("export", matches)) => export::export(matches, out, is_terminal),
        Some(("launch", matches)) => launch::launch(matches),
        Some(("completions", matches)) => completions::completions(matches, arguments, command()),
        Some(("man", matches)) => man::man(matches, command()),
        Some((_, matches)) => inspect::inspect(
            matches.get_one::<String>("NAME").map(String::as_str),
            matches.get_flag("json"),
        ),
        None => inspect::inspect(None, false),
    }
}
