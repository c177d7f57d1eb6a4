//! A trace of events as Chrome writes it, for Perfetto and `chrome://tracing`: memory over time.
//!
//! Each moment is an event of a counter, `live bytes`, with a value for each element and each other owner. A line that
//! leaks or grows is an instant at the first moment after its growth began, with its numbers; so is each event of the run.
//! The time is in microseconds since the start, rounded up.

use std::collections::HashMap;
use std::io::{self, Write};
use std::time::Duration;

use super::place;
use crate::json::{Json, Object};
use crate::recording::run::{Event, Finding, Moment, Run};
use crate::text::split_pad;

/// Writes all moments.
pub(super) fn write(run: &Run, out: &mut dyn Write) -> io::Result<()> {
    let elements = Elements::of(run);
    let alarms = run.findings.iter().filter(|finding| finding.is_alarm);
    let events = [
        named(run, "process_name", &run.program.name),
        named(run, "thread_name", "pipeline"),
    ]
    .into_iter()
    .chain(run.events.iter().map(|event| happened(run, event)))
    .chain(alarms.map(|finding| found(run, finding)))
    .chain(
        run.moments
            .iter()
            .map(|moment| elements.counted(run, moment)),
    );
    let mut object = Object::begin(out)?;
    object.member("displayTimeUnit", "ms")?;
    object.member("otherData", about(run))?;
    object.list("traceEvents", events)?;
    object.end()
}

fn about(run: &Run) -> Json<'_> {
    let program = &run.program;
    Json::Object(vec![
        ("command", place::command(program).into()),
        ("host", (&program.host).into()),
        ("started", program.started.into()),
        ("sgn", (&program.version).into()),
    ])
}

/// Returns an event with the fields that each has.
fn event<'a>(
    run: &Run,
    kind: &str,
    name: &str,
    at: Duration,
    more: Vec<(&'a str, Json<'a>)>,
) -> Json<'a> {
    let process = run.program.process;
    let microseconds = at.as_nanos().div_ceil(1000);
    let mut fields = vec![
        ("name", name.into()),
        ("ph", kind.into()),
        ("ts", u64::try_from(microseconds).unwrap_or(u64::MAX).into()),
        ("pid", process.into()),
        ("tid", process.into()),
    ];
    fields.extend(more);
    Json::Object(fields)
}

fn named<'a>(run: &Run, what: &str, name: &str) -> Json<'a> {
    let arguments = Json::Object(vec![("name", name.into())]);
    event(run, "M", what, Duration::ZERO, vec![("args", arguments)])
}

/// Returns an instant that is shown over the whole height.
fn instant<'a>(run: &Run, name: &str, at: Duration, arguments: Json<'a>) -> Json<'a> {
    let more = vec![
        ("s", "g".into()),
        ("cat", "sgn".into()),
        ("args", arguments),
    ];
    event(run, "i", name, at, more)
}

fn happened<'a>(run: &Run, is: &'a Event) -> Json<'a> {
    let arguments = Json::Object(vec![
        ("text", (&is.text).into()),
        ("stride", is.stride.into()),
    ]);
    instant(run, &is.kind, is.at, arguments)
}

fn found<'a>(run: &'a Run, finding: &'a Finding) -> Json<'a> {
    let line = &run.lines[finding.line];
    let owner = &run.owners[line.owner].name;
    let began = |moment: &&Moment| moment.stride >= finding.since_stride;
    let moment = run.moments.iter().find(began).or(run.last());
    let arguments = Json::Object(vec![
        ("line", line.statement.as_ref().map(place::statement).into()),
        ("since_stride", finding.since_stride.into()),
        ("bytes_per_stride", finding.bytes_per_stride.into()),
        ("bytes_per_second", finding.bytes_per_second.into()),
        ("unreachable_bytes", finding.unreachable.0.into()),
    ]);
    let name = format!("{owner} {}", finding.verdict);
    instant(
        run,
        &name,
        moment.map_or(Duration::ZERO, |is| is.at),
        arguments,
    )
}

/// The elements and other owners that have allocated anything, in the order in which they come first.
struct Elements<'a> {
    names: Vec<&'a str>,
    /// By the index of an owner.
    of_owner: Vec<usize>,
}

impl<'a> Elements<'a> {
    fn of(run: &'a Run) -> Self {
        let (mut names, mut by_name) = (Vec::new(), HashMap::new());
        let owners = run.owners.iter().map(|owner| split_pad(&owner.name).0);
        let of_owner = owners.map(|name| {
            *by_name.entry(name).or_insert_with(|| {
                names.push(name);
                names.len() - 1
            })
        });
        let of_owner = of_owner.collect();
        Self { names, of_owner }
    }

    /// Returns the live bytes of each element at `moment`.
    fn counted(&self, run: &'a Run, moment: &Moment) -> Json<'a> {
        let mut live = vec![0_u64; self.names.len()];
        for (line, usage) in run.lines.iter().zip(&moment.lines) {
            live[self.of_owner[line.owner]] += usage.live_bytes;
        }
        let values = self
            .names
            .iter()
            .copied()
            .zip(live.into_iter().map(Json::from));
        let arguments = Json::Object(values.collect());
        event(run, "C", "live bytes", moment.at, vec![("args", arguments)])
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::recording::run::made;

    #[test]
    fn a_counter_has_the_bytes_of_each_element_at_each_moment() {
        let mut out = Vec::new();
        write(&made::run("src/main.rs", "x", 2), &mut out).expect("a Vec takes all");
        let file: Value = serde_json::from_slice(&out).expect("it is JSON");
        let events = file["traceEvents"].as_array().expect("a list");
        let of_kind = |kind: &str| {
            events
                .iter()
                .filter(|is| is["ph"] == kind)
                .cloned()
                .collect::<Vec<_>>()
        };
        let counted: Vec<_> = of_kind("C")
            .iter()
            .map(|is| (is["ts"].clone(), is["args"].clone()))
            .collect();
        assert_eq!(
            counted,
            [
                (
                    json!(1_000_000),
                    json!({"(runtime)": 4096, "src": 64, "kept": 12_800})
                ),
                (
                    json!(2_000_000),
                    json!({"(runtime)": 4096, "src": 64, "kept": 25_600})
                ),
            ]
        );
        let instants = of_kind("i");
        assert_eq!(instants[0]["name"], "start");
        assert_eq!(instants[2]["name"], "kept:snk:in grows");
        assert_eq!(instants[2]["args"]["line"], "src/main.rs:12 x");
        assert_eq!(instants[2]["ts"], 1_000_000);
    }
}
