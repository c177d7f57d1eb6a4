//! `top`: a live table of the memory of each element and pad.
//!
//! `facts` are the numbers of one moment, `track` the last minutes, `rows` what the table has of them by `choice`;
//! `view` draws it into a buffer, and `run` and `screen` bring that to the terminal.

mod amounts;
mod choice;
mod facts;
mod feed;
mod findings;
mod help;
mod keys;
mod layout;
mod plain;
mod row;
mod rows;
mod run;
mod screen;
mod signals;
#[cfg(test)]
mod tests;
mod theme;
mod track;
mod view;

use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use clap::{Arg, ArgAction, ArgMatches, Command};

use self::feed::{Feed, Life};
use self::run::Stopped;
use super::answer::{Answer, json_argument};
use super::recorded;
use crate::recording::read::{ReadError, Until};
use crate::recording::state::Step;

/// The time without news after which lines of JSON end.
const PATIENCE: Duration = Duration::from_secs(60);

/// The time between two looks at the file.
const EVERY: Duration = Duration::from_millis(250);

const AFTER_HELP: &str = "\
Keys: arrows and Enter select and open, n l p h r b sort, / filters, ? says more,
q quits. The colours are off if `NO_COLOR` is set.

Examples:
  sgn top run.sgnprof                      shows a run, also while it goes on
  sgn top run.sgnprof | less               prints the table of the last moment
  sgn top run.sgnprof --json --once | jq   for tools";

pub(super) fn command() -> Command {
    Command::new("top")
        .about("Show the memory of each element and pad, live")
        .after_help(AFTER_HELP)
        .arg(recorded::file("FILE"))
        .arg(
            Arg::new("once")
                .long("once")
                .action(ArgAction::SetTrue)
                .help("Print the last moment and end, also on a terminal"),
        )
        .arg(json_argument().help(
            "Print a line of JSON for each moment until the run ends; with `--once`, for the last",
        ))
}

/// Shows the table, or prints it to `out` if that is no terminal.
pub(super) fn top(matches: &ArgMatches, out: &mut dyn Write, is_terminal: bool) -> Answer {
    let path = recorded::path(matches, "FILE");
    let (as_json, is_once) = (matches.get_flag("json"), matches.get_flag("once"));
    let feed = match Feed::open(path) {
        Ok(feed) => feed,
        Err(error) => return Answer::failed(&recorded::unreadable(path, &error)),
    };
    if !as_json && !is_once && is_terminal {
        return live(feed, path);
    }
    if as_json && !is_once {
        return lines(feed, path, out);
    }
    let feed = match last(feed) {
        Ok(feed) => feed,
        Err(error) => return Answer::failed(&recorded::unreadable(path, &error)),
    };
    if !feed.has_moment() {
        return Answer::failed(&recorded::nothing(path, Until::End));
    }
    Answer::written(match as_json {
        true => writeln!(out, "{}", plain::moment(&feed)),
        false => out.write_all(plain::table(&feed).as_bytes()),
    })
}

fn live(mut feed: Feed, path: &Path) -> Answer {
    // A file that is none of ours is refused before the screen changes.
    let read = feed.advance(EVERY, &mut |_, _| {});
    let shown = read.map_err(Stopped::File).and_then(|_| run::run(feed));
    match shown {
        Ok(()) => Answer::default(),
        Err(Stopped::File(error)) => Answer::failed(&recorded::unreadable(path, &error)),
        Err(Stopped::Terminal(error)) => Answer::failed(&format!(
            "the terminal cannot be used: {error}; `--once` prints the last moment"
        )),
    }
}

/// Reads to the end.
fn last(mut feed: Feed) -> Result<Feed, ReadError> {
    feed.advance(Duration::MAX, &mut |_, _| {})?;
    Ok(feed)
}

/// Writes a line for each moment, until the run ends.
fn lines(mut feed: Feed, path: &Path, out: &mut dyn Write) -> Answer {
    let mut news = Instant::now();
    // The findings of a moment are recorded after it.
    let mut pending = None;
    loop {
        let mut written = Ok(());
        let each = &mut |feed: &Feed, step: Step| {
            if let (Step::Moment, Some(before), Ok(())) = (step, &pending, &written) {
                written = writeln!(out, "{before}");
            }
            if step == Step::Moment || pending.is_some() {
                pending = Some(plain::moment(feed));
            }
        };
        match feed.advance(EVERY, each) {
            Ok(true) => news = Instant::now(),
            Ok(false) => {}
            Err(error) => return Answer::failed(&recorded::unreadable(path, &error)),
        }
        if feed.is_caught_up()
            && let (Some(last), Ok(())) = (pending.take(), &written)
        {
            written = writeln!(out, "{last}");
        }
        if let Err(error) = written.and_then(|()| out.flush()) {
            return Answer::written(Err(error));
        }
        match feed.life() {
            Life::Ended | Life::Failed(_) => return Answer::default(),
            Life::Silent(_) if news.elapsed() > PATIENCE => {
                return Answer::failed(&format!(
                    "`{}` has had no news for {} s; the program stands still, or was killed",
                    recorded::name(path),
                    PATIENCE.as_secs()
                ));
            }
            Life::Reading(_) => {}
            _ => std::thread::sleep(EVERY),
        }
    }
}
