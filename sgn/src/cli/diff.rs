//! `diff`: two recorded runs side by side, and whether the later one needs more memory.

use std::fmt::Write as _;
use std::io::Write;
use std::path::Path;

use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};

use super::answer::{Answer, json_argument};
use super::json::Json;
use super::recorded;
use crate::memory::{Change, Usage};
use crate::recording::read::Until;
use crate::recording::run::Run;
use crate::text::{Shortened, file_name, line, parse_bytes};
use crate::viewers::compare::{By, Compared, compare};

/// Returns the command with its arguments.
pub(super) fn command() -> Command {
    Command::new("diff")
        .about("Compare two recorded runs, and fail if memory grew")
        .after_help(
            "Example: sgn diff before.sgnprof after.sgnprof --fail-over 1MiB\n\n\
             A line is the same in both runs if it has the same owner and the same text, wherever in the file it is.\n\
             Exit status: 0 if nothing grew by more than --fail-over, 1 if something did or a file cannot be read.",
        )
        .arg(recorded::file("BEFORE").help("The file of the earlier run"))
        .arg(recorded::file("AFTER").help("The file of the later run"))
        .arg(
            Arg::new("fail-over")
                .long("fail-over")
                .value_name("SIZE")
                .value_parser(size)
                .help("Fail if anything has more live bytes at the end, or allocated more bytes, than before by over SIZE: 4096, 64KiB, 1MiB"),
        )
        .arg(
            Arg::new("by")
                .long("by")
                .value_name("PART")
                .default_value("line")
                .value_parser(PossibleValuesParser::new(["line", "pad", "element"]).map(|by| match by.as_str() {
                    "pad" => By::Pad,
                    "element" => By::Element,
                    _ => By::Line,
                }))
                .help("The parts that are compared"),
        )
        .arg(
            Arg::new("top")
                .long("top")
                .value_name("N")
                .default_value("20")
                .value_parser(value_parser!(u64).range(1..=100_000))
                .help("The number of parts that are printed"),
        )
        .arg(
            Arg::new("any-program")
                .long("any-program")
                .action(ArgAction::SetTrue)
                .help("Compare runs of programs with different names, too"),
        )
        .arg(json_argument())
}

/// Parses a number of bytes.
fn size(text: &str) -> Result<u64, String> {
    parse_bytes(text)
        .ok_or_else(|| String::from("must be a number of bytes, such as `4096`, `64KiB` or `1MiB`"))
}

/// One of the two runs, with the name of its file.
struct Side<'a> {
    path: &'a Path,
    run: Run,
}

/// Compares the runs.
pub(super) fn diff(matches: &ArgMatches, out: &mut dyn Write) -> Answer {
    let as_json = matches.get_flag("json");
    let (before, after) = match (side(matches, "BEFORE"), side(matches, "AFTER")) {
        (Ok(before), Ok(after)) => (before, after),
        (Err(error), _) | (_, Err(error)) => return failure(as_json, &error),
    };
    let (one, other) = (program(&before.run), program(&after.run));
    if one != other && !matches.get_flag("any-program") {
        return failure(
            as_json,
            &format!(
                "the runs are of different programs, `{}` and `{}`; `--any-program` compares them all the same",
                line(one),
                line(other)
            ),
        );
    }
    let by = matches.get_one("by").copied().unwrap_or(By::Line);
    let limit = matches.get_one::<u64>("fail-over").copied();
    let top = matches
        .get_one::<u64>("top")
        .map_or(20, |top| *top as usize);
    let compared = compare(&before.run, &after.run, by);
    let grown = limit.map_or(0, |limit| {
        compared
            .iter()
            .filter(|compared| compared.growth() > limit)
            .count()
    });
    let text = match as_json {
        true => json(&compared, limit, grown),
        false => text(&before, &after, &compared, by, top, limit, grown),
    };
    let answer = Answer::written(out.write_all(text.as_bytes()));
    Answer {
        failed: answer.failed || grown > 0,
        ..answer
    }
}

fn failure(as_json: bool, text: &str) -> Answer {
    let object = Json::Object(vec![("message", Json::Text(text.to_owned()))]);
    Answer::failure(as_json, text, object)
}

fn side<'a>(matches: &'a ArgMatches, name: &str) -> Result<Side<'a>, String> {
    let path = recorded::path(matches, name);
    let run = recorded::read(path, Until::End)?;
    Ok(Side { path, run })
}

/// Returns the name of the program without its folder.
fn program(run: &Run) -> &str {
    file_name(&run.program.name)
}

/// A size in the unit that shows it, with a sign.
fn signed(bytes: i64) -> String {
    let size = bytes as f64;
    match bytes.unsigned_abs() {
        0 => String::from("0"),
        1..1024 => format!("{bytes:+} B"),
        1024..1_048_576 => format!("{:+.1} KiB", size / 1024.0),
        _ => format!("{:+.1} MiB", size / 1_048_576.0),
    }
}

fn unsigned(bytes: u64) -> String {
    signed(bytes.cast_signed())
        .trim_start_matches('+')
        .to_owned()
}

/// The columns of a terminal.
const COLUMNS: usize = 80;

fn text(
    before: &Side<'_>,
    after: &Side<'_>,
    compared: &[Compared],
    by: By,
    top: usize,
    limit: Option<u64>,
    grown: usize,
) -> String {
    let mut text = String::new();
    for (word, side) in [("before", before), ("after ", after)] {
        let _ = writeln!(text, "{word}  {}", head(side));
    }
    let parts = match by {
        By::Line => "lines",
        By::Pad => "pads",
        By::Element => "elements",
    };
    if compared.is_empty() {
        let _ = writeln!(text, "\nno change: all {parts} have the same numbers");
    } else {
        let _ = writeln!(text, "\n{:>12}{:>12}   of", "live", "allocated");
    }
    for compared in compared.iter().take(top) {
        row(&mut text, compared);
    }
    if let Some(others) = compared.len().checked_sub(top).filter(|others| *others > 0) {
        let _ = writeln!(text, "{:>27}{others} more {parts}", "");
    }
    let sum = |usage: fn(&Compared) -> Usage| compared.iter().map(usage).sum::<Usage>();
    let all = Compared {
        owner: format!("all {parts}"),
        statement: None,
        moved_from: None,
        earlier: sum(|compared| compared.earlier),
        later: sum(|compared| compared.later),
    };
    if !compared.is_empty() {
        row(&mut text, &all);
    }
    if let Some(limit) = limit {
        let limit = unsigned(limit);
        let _ = match (grown, compared.first()) {
            (1.., Some(worst)) => writeln!(
                text,
                "\nFAIL: {grown} of the {parts} grew by more than {limit}; most of all {}",
                place(worst)
            ),
            _ => writeln!(text, "\nok: none of the {parts} grew by more than {limit}"),
        };
    }
    for side in [before, after] {
        if let Some(cut) = &side.run.cut {
            let _ = writeln!(text, "{}: {cut}", line(&side.path.to_string_lossy()));
        }
    }
    text
}

fn head(side: &Side<'_>) -> String {
    let name = side.path.to_string_lossy();
    let Some(last) = side.run.last() else {
        return line(&name).to_string();
    };
    let total = last.total();
    let rest = format!(
        "  {} strides, {} live, {} allocated",
        last.stride,
        unsigned(total.live_bytes),
        unsigned(total.total_bytes)
    );
    let name = Shortened {
        text: &name,
        width: COLUMNS.saturating_sub(8 + rest.len()).max(16),
    };
    format!("{name}{rest}")
}

fn row(text: &mut String, compared: &Compared) {
    let Change {
        live_bytes,
        live_blocks: _,
        ..
    } = compared.change();
    let allocated = compared
        .later
        .total_bytes
        .cast_signed()
        .wrapping_sub(compared.earlier.total_bytes.cast_signed());
    let _ = writeln!(
        text,
        "{:>12}{:>12}   {}",
        signed(live_bytes),
        signed(allocated),
        place(compared)
    );
    if let Some(statement) = &compared.statement {
        let words = statement
            .text
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ");
        let shown = Shortened {
            text: &words,
            width: COLUMNS - 31,
        };
        let _ = writeln!(text, "{:31}{shown}", "");
    }
    if let Some((file, number)) = &compared.moved_from {
        let _ = writeln!(text, "{:31}(before: {}:{number})", "", line(file));
    }
}

/// Returns where a part is: file, line and pad, or the name.
fn place(compared: &Compared) -> String {
    let owner = line(&compared.owner);
    match &compared.statement {
        Some(statement) => format!("{}:{}   {owner}", line(&statement.file), statement.line),
        None => owner.to_string(),
    }
}

fn json(compared: &[Compared], limit: Option<u64>, grown: usize) -> String {
    let usage = |usage: Usage| {
        Json::Object(vec![
            ("live_bytes", Json::Whole(usage.live_bytes)),
            ("live_blocks", Json::Whole(usage.live_blocks)),
            ("total_bytes", Json::Whole(usage.total_bytes)),
            ("total_blocks", Json::Whole(usage.total_blocks)),
        ])
    };
    let parts = compared.iter().map(|compared| {
        let statement = compared.statement.as_ref();
        Json::Object(vec![
            ("owner", Json::from(compared.owner.as_str())),
            (
                "file",
                Json::from(statement.map(|statement| statement.file.as_str())),
            ),
            (
                "line",
                statement.map_or(Json::Null, |statement| {
                    Json::Whole(u64::from(statement.line))
                }),
            ),
            (
                "text",
                Json::from(statement.map(|statement| statement.text.as_str())),
            ),
            ("before", usage(compared.earlier)),
            ("after", usage(compared.later)),
            (
                "is_over",
                Json::Bool(limit.is_some_and(|limit| compared.growth() > limit)),
            ),
        ])
    });
    let object = Json::Object(vec![
        ("fail_over", limit.map_or(Json::Null, Json::Whole)),
        ("over", Json::from(grown)),
        ("parts", Json::List(parts.collect())),
    ]);
    format!("{object}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_a_unit() {
        assert_eq!(size("4096"), Ok(4096));
        assert_eq!(size("1 MiB"), Ok(1 << 20));
        for refused in ["", "MiB", "-1", "1.5MiB", "1MB", "99999999999GiB"] {
            assert!(size(refused).is_err(), "{refused}");
        }
        let shown = [0, -5, 2048, -3 << 20].map(signed);
        assert_eq!(shown, ["0", "-5 B", "+2.0 KiB", "-3.0 MiB"]);
    }
}
