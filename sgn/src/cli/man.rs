//! `man`: the manual.

use std::io;

use clap::{Arg, ArgMatches, Command};
use clap_mangen::Man;

use super::answer::Answer;

pub(super) fn command() -> Command {
    Command::new("man")
        .about("Print a page of the manual, for `man`")
        .after_help(
            "Examples:\n  \
             sgn man | man -l -                     shows the page of sgn\n  \
             sgn man top > sgn-top.1                writes that of a command",
        )
        .arg(
            Arg::new("COMMAND")
                .help("The command that the page describes; without one, all in short"),
        )
}

/// Returns the page of `command`, or of one of its commands.
pub(super) fn man(matches: &ArgMatches, mut command: Command) -> Answer {
    // Gives each command its full name: `sgn-top`.
    command.build();
    let page = match matches.get_one::<String>("COMMAND") {
        None => page(command),
        // The names were checked when the command line was read.
        Some(name) => page(command.find_subcommand(name).unwrap_or(&command).clone()),
    };
    page.map_or_else(|error| Answer::failed(&error.to_string()), Answer::said)
}

fn page(command: Command) -> io::Result<String> {
    let name = command.get_display_name().unwrap_or("sgn").to_owned();
    let mut page = Vec::new();
    Man::new(command)
        .title(name)
        .source(concat!("sgn ", env!("CARGO_PKG_VERSION")))
        .manual("Manual of sgn")
        .render(&mut page)?;
    Ok(String::from_utf8_lossy(&page).into_owned())
}
