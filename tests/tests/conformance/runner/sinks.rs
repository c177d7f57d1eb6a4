//! What the sinks of a case saw and kept.

use sgn::elements::{CollectFrames, CollectSink, DequeSink};
use sgn::{Frame, Pipeline};

use super::build::{Variant, is_stock, keeps};
use super::case::{Case, Element, Kind, WrittenFrame};
use super::compare::same;
use super::datum::{Value, Written};
use super::elements::{FixedKeeper, Keep, Keeper, MixedKeeper, Record, Records};
use super::expectation::{Collected, Sink, SinkPad};

/// Compares what the case expects of its sinks.
///
/// Each sink shows one side of the story in each variant at least, and both in the two together: the recording
/// one every frame that arrived, the stock one what it kept.
pub(super) fn differ(case: &Case, pipeline: &mut Pipeline, variant: Variant) -> Vec<String> {
    let mut found = Vec::new();
    let expected = &case.expect.sinks;
    if !expected.is_empty() {
        let finished = expected.values().all(|sink| sink.at_eos);
        same(
            "all sinks at EOS",
            &finished,
            &pipeline.is_finished(),
            &mut found,
        );
    }
    for (name, expected) in expected {
        match case.elements.iter().find(|element| element.name == *name) {
            Some(element) if variant == Variant::Recorded || !is_stock(element) => {
                match records(pipeline, name) {
                    Some(records) => recorded(element, expected, records, &mut found),
                    None => found.push(format!("sink `{name}` does not record")),
                }
            }
            Some(element) => kept(element, expected, pipeline, &mut found),
            None => found.push(format!("the case has no sink `{name}`")),
        }
    }
    found
}

fn records<'a>(pipeline: &'a Pipeline, name: &str) -> Option<&'a Records> {
    let open = pipeline
        .element_by_name::<Keeper>(name)
        .map(Keeper::records);
    let fixed = || {
        pipeline
            .element_by_name::<FixedKeeper>(name)
            .map(FixedKeeper::records)
    };
    let mixed = || {
        pipeline
            .element_by_name::<MixedKeeper>(name)
            .map(MixedKeeper::records)
    };
    open.or_else(fixed).or_else(mixed)
}

/// How many strides were made, if a sink recorded them: each of its pads is called once a stride.
pub(super) fn strides_seen(case: &Case, pipeline: &Pipeline) -> Option<u64> {
    let mut records = case
        .elements
        .iter()
        .filter_map(|element| records(pipeline, &element.name));
    let frames =
        records.find_map(|records| records.values().map(|record| record.frames.len()).max())?;
    u64::try_from(frames).ok()
}

/// Every frame that arrived, and what a sink with the rule of this one would have kept.
fn recorded(element: &Element, expected: &Sink, records: &Records, found: &mut Vec<String>) {
    let name = &element.name;
    let at_eos = records
        .values()
        .any(|record| record.frames.iter().any(Frame::is_eos));
    same(
        &format!("sink `{name}` at EOS"),
        &expected.at_eos,
        &at_eos,
        found,
    );
    for pad in records
        .keys()
        .filter(|pad| !expected.pads.contains_key(*pad))
    {
        found.push(format!("sink `{name}` has a pad `{pad}` too many"));
    }
    for (short, expected) in &expected.pads {
        let pad = format!("`{name}:snk:{short}`");
        let nothing = Record::default();
        let record = records.get(short).unwrap_or(&nothing);
        let frames: Vec<WrittenFrame> = record.frames.iter().map(written).collect();
        same(
            &format!("frames of {pad}"),
            &expected.frames,
            &frames,
            found,
        );
        same(
            &format!("EOS of {pad}"),
            &expected.eos,
            &frames.iter().any(|frame| frame.e),
            found,
        );
        if !has_contents_before(element) {
            let kept = keeps(&element.kind)
                .map(|rule| record.kept.iter().map(|frame| entry(frame, rule)).collect());
            same(
                &format!("what {pad} would keep"),
                &expected.collected,
                &kept,
                found,
            );
        }
    }
}

/// Whether the sink holds something before the run, which a recording one does not.
fn has_contents_before(element: &Element) -> bool {
    matches!(&element.kind, Kind::CollectSink(collect) if collect.collects.is_some())
}

/// What a stock sink kept.
fn kept(element: &Element, expected: &Sink, pipeline: &Pipeline, found: &mut Vec<String>) {
    for (short, SinkPad { collected, .. }) in &expected.pads {
        let kept = match stock(element, short, pipeline) {
            Ok(kept) => kept,
            Err(reason) => {
                found.push(reason);
                continue;
            }
        };
        same(
            &format!("what `{}:snk:{short}` kept", element.name),
            collected,
            &kept,
            found,
        );
    }
}

fn stock(
    element: &Element,
    pad: &str,
    pipeline: &Pipeline,
) -> Result<Option<Vec<Collected>>, String> {
    let name = &element.name;
    let Some(rule) = keeps(&element.kind) else {
        return Ok(None);
    };
    let data = |value: &Value| Collected::Data(Written(Some(value.clone())));
    let kept = if matches!(element.kind, Kind::DequeSink(_)) {
        let sink = pipeline.element_by_name::<DequeSink<Value>>(name);
        sink.map(|sink| sink.data(pad).map(data).collect())
    } else if rule.extract_data && rule.skip_empty {
        let sink = pipeline.element_by_name::<CollectSink<Value>>(name);
        sink.map(|sink| sink.data(pad).iter().map(data).collect())
    } else {
        let sink = pipeline.element_by_name::<CollectFrames<Value>>(name);
        sink.map(|sink| {
            sink.frames(pad)
                .iter()
                .map(|frame| entry(frame, rule))
                .collect()
        })
    };
    kept.map(Some)
        .ok_or_else(|| format!("`{name}` is not the stock sink that it should be"))
}

/// A frame that was kept, as a sink with that rule stores it.
fn entry(frame: &Frame<Value>, rule: Keep) -> Collected {
    if rule.extract_data {
        Collected::Data(Written(frame.data().cloned()))
    } else {
        Collected::Frame(written(frame))
    }
}

/// A frame as the files hold what sinks saw: without its spec.
fn written(frame: &Frame<Value>) -> WrittenFrame {
    WrittenFrame {
        d: Written(frame.data().cloned()),
        g: frame.is_gap(),
        e: frame.is_eos(),
        spec: None,
    }
}
