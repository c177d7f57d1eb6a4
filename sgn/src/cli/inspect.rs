//! `inspect`: what elements there are, and what one of them is.

use std::fmt::Write as _;

use clap::{Arg, Command};

use super::answer::{Answer, json_argument};
use super::json::{self, Json};
use crate::launch::NAME;
use crate::pad::{Access, Direction};
use crate::registry::{ElementInfo, PadInfo, Property, registry};
use crate::text::{Shortened, line, width};

pub(super) fn command() -> Command {
    Command::new("inspect")
        .about("List all elements, or describe one")
        .arg(Arg::new("NAME").help("Its name (`counter`), its type (`Counter`) or its path"))
        .arg(json_argument())
}

/// Returns all elements, or the one called `name`.
pub(super) fn inspect(name: Option<&str>, as_json: bool) -> Answer {
    match name {
        None => list(as_json),
        Some(name) => match registry().get(name) {
            Err(error) => Answer::failure(as_json, &error.to_string(), json::error(&error)),
            Ok(info) if as_json => Answer::said(format!("{}\n", object(info))),
            Ok(info) => Answer::said(described(info)),
        },
    }
}

/// Returns all elements; a name that several of them have is an error, too.
fn list(as_json: bool) -> Answer {
    let twins = registry().check().err();
    let out = if as_json {
        let elements = registry().iter().map(object).collect();
        let error = twins.as_ref().map_or(Json::Null, json::error);
        let object = Json::Object(vec![("elements", Json::List(elements)), ("error", error)]);
        format!("{object}\n")
    } else {
        lines()
    };
    let err = match &twins {
        Some(error) if !as_json => format!("error: {error:?}\n"),
        _ => String::new(),
    };
    Answer {
        out,
        err,
        failed: twins.is_some(),
    }
}

fn lines() -> String {
    let width = widest(registry().iter().map(ElementInfo::name));
    let mut text = String::new();
    for info in registry().iter() {
        let row = format!(
            "{:width$}  {:9}  {}",
            padded(info.name()),
            info.role().to_string(),
            line(&info.summary())
        );
        text.push_str(row.trim_end());
        text.push('\n');
    }
    let count = registry().len();
    let _ = writeln!(text, "\n{count} elements; `inspect NAME` describes one");
    text
}

/// Returns the columns of the widest word.
fn widest<'a>(words: impl Iterator<Item = &'a str>) -> usize {
    words.map(width).max().unwrap_or(0)
}

/// Returns a word uncut, which the format fills with spaces to its width.
fn padded(text: &str) -> Shortened<'_> {
    Shortened {
        text,
        width: usize::MAX,
    }
}

fn described(info: &ElementInfo) -> String {
    let launch = match info.why_not_launchable() {
        None => String::from("yes"),
        Some(reason) => format!("no: {reason}"),
    };
    let rules: Vec<&str> = info.rules().names().collect();
    let mut text = String::from("Element\n");
    let facts = [
        ("Name", info.name().to_owned()),
        ("Role", info.role().to_string()),
        ("Type", format!("{}{}", info.path(), info.generics())),
        (
            "Source",
            format!("{}:{}:{}", info.file(), info.line(), info.column()),
        ),
        ("Launch", launch),
        ("Rules", rules.join(", ")),
        ("Payload", info.payloads().join(", ")),
    ];
    for (word, fact) in facts.iter().filter(|(_, fact)| !fact.is_empty()) {
        let _ = writeln!(text, "  {word:8}{}", line(fact));
    }
    if !info.docs().is_empty() {
        text.push_str("\nDescription\n");
        indented(&mut text, info.docs(), 2);
    }
    text.push_str("\nPads\n");
    pads(&mut text, info.pads());
    text.push_str("\nProperties\n");
    properties(&mut text, info);
    text
}

fn pads(text: &mut String, pads: &[PadInfo]) {
    let name_width = widest(pads.iter().map(|pad| pad.name));
    let payload_width = widest(pads.iter().map(|pad| pad.payload));
    let sinks = pads.iter().filter(|pad| pad.direction == Direction::Sink);
    let others = pads.iter().filter(|pad| pad.direction != Direction::Sink);
    for pad in sinks.chain(others) {
        let direction = match pad.direction {
            Direction::Source => "source",
            Direction::Sink => "sink",
            Direction::Internal => "internal",
        };
        let way = match (pad.direction, pad.access) {
            (Direction::Sink, Access::Owned) => "takes",
            (Direction::Sink, Access::Shared) => "looks",
            _ => "gives",
        };
        let named = match (pad.dynamic, pad.direction) {
            (false, _) => String::new(),
            (true, Direction::Source) => String::from("; named at construction: source_pads=a,b"),
            (true, _) => String::from("; named at construction: sink_pads=a,b"),
        };
        let (name, payload) = (padded(pad.name), padded(pad.payload));
        let _ = writeln!(
            text,
            "  {direction:8}{name:name_width$}  {payload:payload_width$}  {way}{named}"
        );
    }
}

fn properties(text: &mut String, info: &ElementInfo) {
    let properties = info.properties();
    if properties.is_empty() {
        text.push_str("  none\n");
    }
    for property in properties {
        let mut facts = vec![property.type_name.to_owned()];
        facts.push(match property.default {
            Some(default) => format!("default {default}"),
            None => String::from("required"),
        });
        facts.extend(property.range.map(|range| format!("range {range}")));
        if property.name == NAME || info.common(property.name) {
            facts.push(format!("`.{}=` in a launch string", property.name));
        }
        let _ = writeln!(text, "  {}: {}", property.name, line(&facts.join(", ")));
        indented(text, property.docs, 6);
    }
}

fn indented(text: &mut String, paragraph: &str, by: usize) {
    for said in paragraph.lines() {
        text.push_str(format!("{:by$}{}", "", line(said)).trim_end());
        text.push('\n');
    }
}

fn object(info: &ElementInfo) -> Json {
    let pads = info.pads().iter().map(pad_object).collect();
    let properties = info.properties().iter().map(property_object).collect();
    let rules = info.rules().names().map(Json::from).collect();
    let payloads = info.payloads().into_iter().map(Json::from).collect();
    let reason = info.why_not_launchable();
    Json::Object(vec![
        ("name", Json::from(info.name())),
        ("type", Json::from(info.type_name())),
        ("path", Json::from(info.path())),
        ("generics", Json::from(info.generics())),
        ("role", Json::Text(info.role().to_string())),
        ("summary", Json::Text(info.summary())),
        ("docs", Json::from(info.docs())),
        ("file", Json::from(info.file())),
        ("line", Json::Whole(info.line().into())),
        ("column", Json::Whole(info.column().into())),
        ("pads", Json::List(pads)),
        ("properties", Json::List(properties)),
        ("rules", Json::List(rules)),
        ("payloads", Json::List(payloads)),
        ("launchable", Json::Bool(reason.is_none())),
        ("why_not_launchable", Json::from(reason.as_deref())),
    ])
}

fn pad_object(pad: &PadInfo) -> Json {
    let direction = match pad.direction {
        Direction::Source => "source",
        Direction::Sink => "sink",
        Direction::Internal => "internal",
    };
    let borrows = pad.direction == Direction::Sink && pad.access == Access::Shared;
    Json::Object(vec![
        ("name", Json::from(pad.name)),
        ("direction", Json::from(direction)),
        ("payload", Json::from(pad.payload)),
        ("dynamic", Json::Bool(pad.dynamic)),
        ("borrows", Json::Bool(borrows)),
    ])
}

fn property_object(property: &Property) -> Json {
    Json::Object(vec![
        ("name", Json::from(property.name)),
        ("type", Json::from(property.type_name)),
        ("default", Json::from(property.default)),
        ("range", Json::from(property.range)),
        ("required", Json::Bool(property.is_required())),
        ("docs", Json::from(property.docs)),
    ])
}
