//! A profile of pprof (`profile.proto`), compressed by gzip.
//!
//! Each line of the source is a sample with four values, `alloc_objects` and `alloc_space` (ever allocated),
//! `inuse_objects` and `inuse_space` (live at the last moment, the default), and with these labels:
//!
//! | label | value |
//! |---|---|
//! | `element` | the element, or an owner that is no pad, such as `(runtime)` |
//! | `pad` | the full name of the pad |
//! | `phase` | what the element does for the pad: `pull`, `internal` or `new` |
//! | `statement` | the text of the statement |
//!
//! Its location has the function of the statement, the file and the line. Where no function is known it is the element.
//! The time of the profile is the start of the run, and its duration reaches to the last moment. The comments have the
//! program and what the last report found. Each text is on one line: a line end in it is written as `\n`.

mod message;

use std::collections::HashMap;
use std::hash::Hash;
use std::io::{self, Write};

use flate2::Compression;
use flate2::write::GzEncoder;

use self::message::Message;
use super::place;
use crate::recording::run::{Finding, Row, Run};
use crate::text::line;

/// The types of values of a sample, with their units. The last one is shown first.
const TYPES: [[&str; 2]; 4] = [
    ["alloc_objects", "count"],
    ["alloc_space", "bytes"],
    ["inuse_objects", "count"],
    ["inuse_space", "bytes"],
];

/// Writes the numbers of the last moment.
pub(super) fn write(run: &Run, out: &mut dyn Write) -> io::Result<()> {
    let mut gzip = GzEncoder::new(out, Compression::default());
    gzip.write_all(profile(run).bytes())?;
    gzip.finish()?;
    Ok(())
}

/// Returns the message `Profile`. The numbers of fields are those of `profile.proto`.
fn profile(run: &Run) -> Message {
    let mut profile = Message::default();
    let mut tables = Tables::default();
    for [kind, unit] in TYPES {
        profile.message(1, &tables.value_type(kind, unit));
    }
    for row in place::rows(run) {
        profile.message(2, &tables.sample(&row));
    }
    profile.message(3, &tables.mapping(&run.program.name));
    let duration = run.last().map_or(0, |last| last.at.as_nanos());
    profile.number(9, run.program.started.saturating_mul(1_000_000));
    profile.number(10, u64::try_from(duration).unwrap_or(u64::MAX));
    if let Some(bytes) = run.program.sampled {
        profile.message(11, &tables.value_type("space", "bytes"));
        profile.number(12, bytes);
    }
    for comment in comments(run) {
        profile.number(13, tables.text(&comment));
    }
    profile.number(14, tables.text(TYPES[3][0]));
    for location in &tables.locations {
        profile.message(4, location);
    }
    for function in &tables.functions {
        profile.message(5, function);
    }
    // The empty text has the number zero.
    profile.text(6, "");
    for text in &tables.texts {
        profile.text(6, text);
    }
    profile
}

/// Returns what is known of the run besides its samples.
fn comments(run: &Run) -> Vec<String> {
    let program = &run.program;
    let mut comments = vec![
        place::command(program),
        format!("process {} on {}", program.process, program.host),
        format!("sgn {}, a report each {}", program.version, program.cadence),
    ];
    if let Some(reason) = &run.cut {
        comments.push(format!("the file could not be read to its end: {reason}"));
    }
    let alarms = run.findings.iter().filter(|finding| finding.is_alarm);
    comments.extend(alarms.map(|finding| found(run, finding)));
    comments
}

fn found(run: &Run, finding: &Finding) -> String {
    let line = &run.lines[finding.line];
    let owner = &run.owners[line.owner].name;
    let at = line.statement.as_ref().map(place::statement);
    format!(
        "{owner} {}: {:.1} bytes a stride since stride {}{}{}",
        finding.verdict,
        finding.bytes_per_stride,
        finding.since_stride,
        if at.is_some() { " at " } else { "" },
        at.unwrap_or_default()
    )
}

/// All that samples refer to. Everything is numbered from one.
#[derive(Default)]
struct Tables {
    texts: Vec<String>,
    text_numbers: HashMap<String, u64>,
    functions: Vec<Message>,
    /// By the numbers of the texts of name and file.
    function_numbers: HashMap<(u64, u64), u64>,
    locations: Vec<Message>,
    /// By the numbers of function and line.
    location_numbers: HashMap<(u64, u32), u64>,
}

impl Tables {
    /// Returns the number of `text`, made fit for one line of a terminal, to which pprof prints it as it is.
    fn text(&mut self, text: &str) -> u64 {
        if text.is_empty() {
            return 0;
        }
        let text = line(text).to_string();
        let (number, is_new) = number(&mut self.text_numbers, text.clone());
        if is_new {
            self.texts.push(text);
        }
        number
    }

    fn value_type(&mut self, kind: &str, unit: &str) -> Message {
        let mut message = Message::default();
        message.number(1, self.text(kind));
        message.number(2, self.text(unit));
        message
    }

    fn sample(&mut self, row: &Row<'_>) -> Message {
        let mut message = Message::default();
        message.packed(1, &[self.location(row)]);
        let usage = row.usage;
        let values = [
            usage.total_blocks,
            usage.total_bytes,
            usage.live_blocks,
            usage.live_bytes,
        ];
        message.packed(2, &values.map(|value| value.min(i64::MAX as u64)));
        let statement = row.statement.map(|statement| statement.text.as_str());
        let labels = [
            ("element", Some(row.element)),
            ("pad", place::pad(row)),
            ("phase", phase(row.pad)),
            ("statement", statement.filter(|text| !text.is_empty())),
        ];
        for (key, value) in labels {
            if let Some(value) = value {
                let mut label = Message::default();
                label.number(1, self.text(key));
                label.number(2, self.text(value));
                message.message(3, &label);
            }
        }
        message
    }

    fn location(&mut self, row: &Row<'_>) -> u64 {
        let (name, file, line) = match row.statement {
            Some(is) if is.function.is_empty() => (row.element, is.file.as_str(), is.line),
            Some(is) => (is.function.as_str(), is.file.as_str(), is.line),
            None => (row.element, "", 0),
        };
        let function = self.function(name, file);
        let (location, is_new) = number(&mut self.location_numbers, (function, line));
        if is_new {
            let mut at = Message::default();
            at.number(1, function);
            at.number(2, line.into());
            let mut message = Message::default();
            message.number(1, location);
            message.number(2, MAPPING);
            message.message(4, &at);
            self.locations.push(message);
        }
        location
    }

    fn function(&mut self, name: &str, file: &str) -> u64 {
        let (name, file) = (self.text(name), self.text(file));
        let (function, is_new) = number(&mut self.function_numbers, (name, file));
        if is_new {
            let mut message = Message::default();
            message.number(1, function);
            message.number(2, name);
            message.number(3, name);
            message.number(4, file);
            self.functions.push(message);
        }
        function
    }

    /// Returns the one mapping, which says that functions, files and lines are known, so that nobody looks for them.
    fn mapping(&mut self, program: &str) -> Message {
        let mut message = Message::default();
        message.number(1, MAPPING);
        message.number(5, self.text(program));
        for known in 7..=9 {
            message.number(known, 1);
        }
        message
    }
}

/// The number of the mapping.
const MAPPING: u64 = 1;

/// Returns the number of `key`, and true if it is a new one.
fn number<K: Eq + Hash>(numbers: &mut HashMap<K, u64>, key: K) -> (u64, bool) {
    let next = numbers.len() as u64 + 1;
    let number = *numbers.entry(key).or_insert(next);
    (number, number == next)
}

/// Returns what an element does for a pad of that direction.
fn phase(pad: &str) -> Option<&'static str> {
    match pad.split(':').next() {
        Some("snk") => Some("pull"),
        Some("inl") => Some("internal"),
        Some("src") => Some("new"),
        _ => None,
    }
}
