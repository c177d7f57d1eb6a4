//! The whole run as JSON, for programs and for the page.
//!
//! One object with `format` (`sgn-run`), `version`, `program`, `cut`, `elements`, `links`, `owners`, `lines`, `moments`,
//! `findings`, `holders` and `events`. A line has the index of its owner, and an owner that of its element. `file` is
//! null for what an owner allocates outside of marked statements. The peaks of the owners are those of the last moment.
//!
//! A moment has in `changed` five numbers for each line that changed since the moment before it: the index of the
//! line, live bytes, live blocks, total bytes, total blocks. The findings are sorted, worst first. The
//! holders are those of all blocks at the last census, each with its bytes and blocks.

use std::io::{self, Write};

use crate::json::{Json, Object};
use crate::memory::Usage;
use crate::recording::run::{
    Element, Event, Finding, Held, Line, Link, Moment, Owner, Peak, Program, Run, Statement,
};

/// Writes all of `run`.
pub(crate) fn write(run: &Run, out: &mut dyn Write) -> io::Result<()> {
    let mut object = Object::begin(out)?;
    object.member("format", "sgn-run")?;
    object.member("version", 1_u64)?;
    object.member("program", program(&run.program))?;
    object.member("cut", run.cut.as_ref())?;
    object.list("elements", run.elements.iter().map(element))?;
    object.list("links", run.links.iter().map(link))?;
    let peaks = run.last().map_or(&[][..], |last| &last.peaks);
    let peaks = peaks
        .iter()
        .copied()
        .chain(std::iter::repeat(Peak::default()));
    object.list("owners", run.owners.iter().zip(peaks).map(owner))?;
    object.list("lines", run.lines.iter().map(line))?;
    let earlier = std::iter::once(&[][..]).chain(run.moments.iter().map(|moment| &*moment.lines));
    object.list("moments", run.moments.iter().zip(earlier).map(moment))?;
    object.list("findings", run.findings.iter().map(finding))?;
    object.list("holders", run.holders.iter().map(held))?;
    object.list("events", run.events.iter().map(event))?;
    object.end()
}

fn program(program: &Program) -> Json<'_> {
    Json::Object(vec![
        ("name", (&program.name).into()),
        ("arguments", Json::list(&program.arguments)),
        ("host", (&program.host).into()),
        ("process", program.process.into()),
        ("started", program.started.into()),
        ("sgn", (&program.version).into()),
        ("cadence", (&program.cadence).into()),
        ("sampled", program.sampled.into()),
    ])
}

fn element(element: &Element) -> Json<'_> {
    let properties = element.properties.iter();
    let properties = properties.map(|(name, value)| Json::list([name, value]));
    Json::Object(vec![
        ("name", (&element.name).into()),
        ("role", (&element.role).into()),
        ("type", (&element.kind).into()),
        ("properties", Json::list(properties)),
        ("pads", Json::list(&element.pads)),
    ])
}

fn link(link: &Link) -> Json<'_> {
    Json::List(vec![
        (&link.source).into(),
        (&link.sink).into(),
        link.payload.as_ref().into(),
    ])
}

fn owner((owner, peak): (&Owner, Peak)) -> Json<'_> {
    Json::Object(vec![
        ("name", (&owner.name).into()),
        ("element", owner.element.into()),
        ("peak_bytes", peak.bytes.into()),
        ("peak_is_exact", peak.is_exact.into()),
    ])
}

fn line(line: &Line) -> Json<'_> {
    let none = Statement::default();
    let statement = line.statement.as_ref().unwrap_or(&none);
    Json::Object(vec![
        ("owner", line.owner.into()),
        ("file", line.statement.as_ref().map(|is| &is.file).into()),
        ("line", statement.line.into()),
        ("text", (&statement.text).into()),
        ("function", (&statement.function).into()),
    ])
}

/// Returns the numbers of the lines that are not as `earlier`.
fn moment<'a>((moment, earlier): (&'a Moment, &'a [Usage])) -> Json<'a> {
    let earlier = earlier
        .iter()
        .copied()
        .chain(std::iter::repeat(Usage::default()));
    let changed = (0_u64..).zip(moment.lines.iter().zip(earlier));
    let changed = changed.filter(|(_, (now, earlier))| *now != earlier);
    let numbers = changed.flat_map(|(line, (now, _))| {
        [
            line,
            now.live_bytes,
            now.live_blocks,
            now.total_bytes,
            now.total_blocks,
        ]
    });
    Json::Object(vec![
        ("seconds", Json::Seconds(moment.at.as_secs_f64())),
        ("stride", moment.stride.into()),
        ("samples", moment.samples.into()),
        ("changed", Json::list(numbers)),
    ])
}

fn finding(finding: &Finding) -> Json<'_> {
    let (bytes, blocks) = finding.unreachable;
    Json::Object(vec![
        ("line", finding.line.into()),
        ("verdict", (&finding.verdict).into()),
        ("is_alarm", finding.is_alarm.into()),
        ("bytes_per_stride", finding.bytes_per_stride.into()),
        ("slope_error", finding.slope_error.into()),
        ("blocks_per_stride", finding.blocks_per_stride.into()),
        ("bytes_per_second", finding.bytes_per_second.into()),
        ("since_stride", finding.since_stride.into()),
        ("fifths", Json::list(finding.fifths)),
        ("unreachable_bytes", bytes.into()),
        ("unreachable_blocks", blocks.into()),
        ("holders", Json::list(finding.holders.iter().map(held))),
    ])
}

fn held(held: &Held) -> Json<'_> {
    Json::Object(vec![
        ("holder", (&held.holder).into()),
        ("bytes", held.bytes.into()),
        ("blocks", held.blocks.into()),
    ])
}

fn event(event: &Event) -> Json<'_> {
    Json::Object(vec![
        ("seconds", Json::Seconds(event.at.as_secs_f64())),
        ("stride", event.stride.into()),
        ("kind", (&event.kind).into()),
        ("text", (&event.text).into()),
    ])
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::recording::run::made;

    fn written(run: &Run) -> Value {
        let mut out = Vec::new();
        write(run, &mut out).expect("a Vec takes all");
        serde_json::from_slice(&out).expect("it is JSON")
    }

    #[test]
    fn what_is_read_is_what_was_recorded() {
        let text = "let x = \"</script>\";\n\u{1b}[2J\u{202e}";
        let run = written(&made::run("src/main.rs", text, 3));
        assert_eq!(run["format"], "sgn-run");
        assert_eq!(run["program"]["arguments"][1], text);
        assert_eq!(run["program"]["sampled"], Value::Null);
        assert_eq!(
            run["links"][0],
            json!(["src:src:out", "kept:snk:in", "Vec<u8>"])
        );
        assert_eq!(run["owners"][0]["element"], Value::Null);
        assert_eq!(run["owners"][2]["peak_bytes"], 38_400);
        assert_eq!(
            run["lines"][2],
            json!({"owner": 2, "file": "src/main.rs", "line": 12, "text": text, "function": "step"})
        );
        assert_eq!(run["lines"][3]["file"], Value::Null);
        assert_eq!(run["findings"][0]["holders"][0]["bytes"], 38_400);
        assert_eq!(run["events"][1]["seconds"], 3.0);
    }

    #[test]
    fn a_moment_has_the_lines_that_changed() {
        let run = written(&made::run("a", "b", 2));
        let all = json!([
            0, 4096, 3, 8192, 128, 1, 64, 1, 6400, 100, 2, 12_800, 100, 12_800, 200, 3, 0, 0, 64, 1
        ]);
        assert_eq!(run["moments"][0]["changed"], all);
        let changed = json!([1, 64, 1, 12_800, 200, 2, 25_600, 200, 25_600, 400]);
        assert_eq!(run["moments"][1]["changed"], changed);
        assert_eq!(run["moments"][1]["stride"], 200);
    }

    #[test]
    fn a_run_without_moments_is_written() {
        let run = written(&Run::default());
        assert_eq!(run["moments"], json!([]));
        assert_eq!(run["cut"], Value::Null);
    }
}
