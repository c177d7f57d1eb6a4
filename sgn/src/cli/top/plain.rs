//! The table of the last moment as text, and moments as lines of JSON.

use std::fmt::Write as _;

use super::amounts::{grouped, size, time};
use super::choice::Choice;
use super::feed::Feed;
use super::layout::Column;
use super::row::{Key, Row};
use super::rows::rows;
use super::view::number;
use crate::json::Json;
use crate::recording::run::Finding;
use crate::text::{Shortened, line, width};

/// Returns the table of the last moment, with all that is below the elements.
pub(super) fn table(feed: &Feed) -> String {
    let facts = feed.facts();
    let rows = rows(&facts, feed.track(), &Choice::all_open());
    let total = facts.total();
    let mut text = format!(
        "{}: live {} in {} blocks at stride {}, {}\n",
        line(&facts.program.name),
        size(total.live_bytes as f64),
        grouped(total.live_blocks),
        grouped(facts.stride),
        time(facts.at)
    );
    for finding in facts.findings.iter().filter(|finding| finding.is_alarm) {
        let statement = facts.lines.get(finding.line);
        let statement = statement.and_then(|line| line.statement.as_ref());
        let place = statement.map_or_else(String::new, |statement| {
            format!(" {}:{}", statement.file, statement.line)
        });
        let held = finding.holders.first();
        let held = held.map_or_else(String::new, |held| format!(", held by {}", held.holder));
        let _ = writeln!(
            text,
            "{} {}{}: {} a stride{}",
            line(&finding.verdict).to_string().to_uppercase(),
            line(facts.owner_of(finding.line)),
            line(&place),
            size(finding.bytes_per_stride),
            line(&held)
        );
    }
    let indented = |row: &Row| 2 * row.depth;
    let names = rows.iter().map(|row| indented(row) + width(&row.name));
    let names = names.max().unwrap_or(0).clamp(7, 60);
    let _ = write!(text, "\n{:names$}", "ELEMENT");
    for (column, label) in Column::ALL
        .iter()
        .zip(["LIVE", "PEAK", "HELD", "BYTES/S", "BLOCK/S"])
    {
        let _ = write!(
            text,
            "  {label:>width$}",
            width = usize::from(column.width())
        );
    }
    text.push('\n');
    for row in &rows {
        let room = names.saturating_sub(indented(row));
        let name = Shortened {
            text: &row.name,
            width: room,
        };
        let _ = write!(text, "{:indent$}{name:room$}", "", indent = indented(row));
        for column in Column::ALL {
            let width = usize::from(column.width());
            let _ = write!(text, "  {:>width$}", number(row, column));
        }
        text.truncate(text.trim_end().len());
        text.push('\n');
    }
    text
}

/// Returns the moment that the feed is at, for a line of its own.
pub(super) fn moment(feed: &Feed) -> Json<'static> {
    let facts = feed.facts();
    let rows = rows(&facts, feed.track(), &Choice::all_open());
    let total = facts.total();
    let mut elements: Vec<(Json<'static>, Vec<Json<'static>>)> = Vec::new();
    for row in &rows {
        match (&row.key, elements.last_mut()) {
            (Key::Element(name), _) => {
                elements.push((numbers(name, row), Vec::new()));
            }
            (Key::Pad(owner), Some((_, pads))) => {
                let name = facts.owners.get(*owner).copied().unwrap_or_default();
                pads.push(numbers(name, row));
            }
            _ => {}
        }
    }
    let elements = elements.into_iter().map(|(element, pads)| {
        let Json::Object(mut fields) = element else {
            return element;
        };
        fields.push(("pads", Json::List(pads)));
        Json::Object(fields)
    });
    let findings = facts.findings.iter().map(|finding| found(feed, finding));
    Json::Object(vec![
        ("seconds", Json::Seconds(facts.at.as_secs_f64())),
        ("stride", Json::Whole(facts.stride)),
        ("live_bytes", Json::Whole(total.live_bytes)),
        ("live_blocks", Json::Whole(total.live_blocks)),
        ("total_bytes", Json::Whole(total.total_bytes)),
        ("total_blocks", Json::Whole(total.total_blocks)),
        ("elements", Json::List(elements.collect())),
        ("findings", Json::List(findings.collect())),
    ])
}

fn numbers(name: &str, row: &Row) -> Json<'static> {
    Json::Object(vec![
        ("name", Json::from(name)),
        ("live_bytes", Json::Whole(row.usage.live_bytes)),
        ("live_blocks", Json::Whole(row.usage.live_blocks)),
        ("total_bytes", Json::Whole(row.usage.total_bytes)),
        ("total_blocks", Json::Whole(row.usage.total_blocks)),
        (
            "peak_bytes",
            row.peak.map_or(Json::Null, |peak| Json::Whole(peak.bytes)),
        ),
        (
            "peak_is_exact",
            Json::Bool(row.peak.is_some_and(|peak| peak.is_exact)),
        ),
        ("held_bytes", row.held.map_or(Json::Null, Json::Whole)),
        ("bytes_per_second", Json::Number(row.rate.bytes)),
        ("blocks_per_second", Json::Number(row.rate.blocks)),
    ])
}

fn found(feed: &Feed, finding: &Finding) -> Json<'static> {
    let facts = feed.facts();
    let statement = facts.lines.get(finding.line);
    let statement = statement.and_then(|line| line.statement.as_ref());
    Json::Object(vec![
        ("verdict", Json::from(finding.verdict.as_str())),
        ("is_alarm", Json::Bool(finding.is_alarm)),
        ("owner", Json::from(facts.owner_of(finding.line))),
        (
            "file",
            Json::from(statement.map(|statement| statement.file.as_str())),
        ),
        (
            "line",
            statement.map_or(Json::Null, |statement| Json::Whole(statement.line.into())),
        ),
        ("bytes_per_stride", Json::Number(finding.bytes_per_stride)),
        ("bytes_per_second", Json::Number(finding.bytes_per_second)),
        ("since_stride", Json::Whole(finding.since_stride)),
        (
            "holder",
            Json::from(finding.holders.first().map(|held| held.holder.as_str())),
        ),
    ])
}
