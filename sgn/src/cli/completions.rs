//! `completions`: a script for a shell.

use std::ffi::OsString;
use std::path::Path;

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgMatches, Command, value_parser};
use clap_complete::Shell;

use super::answer::Answer;
use crate::registry::{ElementInfo, registry};
use crate::text::line;

pub(super) fn command() -> Command {
    Command::new("completions")
        .about("Print a completion script for a shell")
        .after_help(
            "Examples:\n  \
             sgn completions bash > ~/.local/share/bash-completion/completions/sgn\n  \
             sgn completions fish > ~/.config/fish/completions/sgn.fish\n\n\
             The script knows the names of the elements in this program.",
        )
        .arg(
            Arg::new("SHELL")
                .required(true)
                .value_parser(value_parser!(Shell))
                .help("The shell that is to read the script"),
        )
}

/// Returns the completion script of a shell, for the program under the name it was called by.
pub(super) fn completions(
    matches: &ArgMatches,
    arguments: &[OsString],
    command: Command,
) -> Answer {
    let program = arguments
        .first()
        .and_then(|path| Path::new(path).file_stem())
        .map_or_else(
            || String::from("sgn"),
            |name| line(&name.to_string_lossy()).to_string(),
        );
    let names: Vec<&str> = registry().iter().map(ElementInfo::name).collect();
    let mut command = command.mut_subcommand("inspect", |inspect| {
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
