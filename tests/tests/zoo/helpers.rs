//! Leaks of helpers, of one of several instances and pads, of generic elements, and of other crates' values.

use std::collections::{BTreeMap, VecDeque};

use serde_json::Value;
use sgn::prelude::*;

use crate::case::{Case, Source, source};
use crate::parts::{
    Blocks, Count, Reading, centre, gain, greatest, parse, rms, sensors, sum, thin, ticks,
};

const HERE: Source = source!("helpers.rs");

pub(crate) const CASES: &[Case] = &[
    // 32 words in every fourth stride.
    Case::leaks(
        "helper",
        helper,
        HERE.leak("visits:src:out", &["visits.sessions"], (64.0, 64.0)),
    ),
    // A thumbnail of 300 bytes a stride.
    Case::leaks(
        "helper_without_lines",
        helper_without_lines,
        HERE.leak("album:snk:number", &["album.pages"], (300.0, 300.0)),
    ),
    // 32 samples a stride, of the second instance.
    Case::leaks(
        "one_of_two_instances",
        one_of_two_instances,
        HERE.leak("quiet:snk:block", &["quiet.waiting"], (256.0, 256.0)),
    ),
    // 16 samples a stride, on one of three pads.
    Case::leaks(
        "one_dynamic_pad",
        one_dynamic_pad,
        HERE.leak("mix:snk:b", &["mix.tracks"], (128.0, 128.0)),
    ),
    // A `Delayed<f64>` of 24 bytes a stride, and capacity.
    Case::leaks(
        "generic_delay",
        generic_delay,
        HERE.leak("delay:snk:value", &["delay.held"], (24.0, 48.0)),
    ),
    // A value of `serde_json`: the node of its map for 11 pairs, 632 bytes, names of ten bytes and a text of 32.
    Case::leaks(
        "third_party_values",
        third_party_values,
        HERE.leak("decode:src:out", &["decode.seen"], (674.0, 674.0)),
    ),
    // A box of a map, 24 bytes, its node for 11 pairs, 544, two names of six and a text of 27.
    Case::leaks(
        "metadata",
        metadata,
        HERE.leak("tag:src:out", &["audit.log"], (607.0, 607.0)),
    ),
];

/// A visitor, as far as known.
struct Session {
    pages: Vec<u64>,
}

/// Counts the pages of each visit.
#[sgn::transform]
fn visits(page: &u64, #[state] sessions: &mut BTreeMap<u64, Session>) -> u64 {
    let session = session(sessions, *page / 4);
    session.pages.push(*page);
    session.pages.len() as u64
}

#[sgn::profile]
fn session(sessions: &mut BTreeMap<u64, Session>, visitor: u64) -> &mut Session {
    sessions.entry(visitor).or_insert_with(|| {
        // leaks: helper
        let pages = Vec::with_capacity(32);
        Session { pages }
    })
}

fn helper() -> sgn::Result<Pipeline> {
    let mut p = Pipeline::new();
    p.connect(ticks::builder("pages"), visits::builder("visits"))?;
    p.connect("visits", sum::builder("sum"))?;
    p.connect("pages", Count::<u64>::builder("count"))?;
    Ok(p)
}

fn thumbnail(number: u64) -> Box<[u8]> {
    let pixels = (0..300).map(|pixel| (number + pixel) as u8);
    pixels.collect()
}

/// Keeps a thumbnail of each picture.
#[sgn::sink]
struct Album {
    #[state]
    pages: Vec<Box<[u8]>>,
}

#[sgn::sink]
impl Album {
    fn pull(&mut self, number: &Frame<u64>) {
        if let Some(number) = number.data() {
            // leaks: helper_without_lines
            let page = thumbnail(*number);
            self.pages.push(page);
        }
    }
}

fn helper_without_lines() -> sgn::Result<Pipeline> {
    let mut p = Pipeline::new();
    p.connect(ticks::builder("pictures"), Album::builder("album"))?;
    p.connect("pictures", thin::builder("thin"))?;
    p.connect("thin", sum::builder("sum"))?;
    Ok(p)
}

/// Joins blocks until there is enough power in them.
#[sgn::sink]
struct Integrate {
    #[prop]
    enough: f64,
    #[state]
    waiting: Vec<Vec<f64>>,
    #[state]
    power: f64,
    #[state]
    results: u64,
}

#[sgn::sink]
impl Integrate {
    fn pull(&mut self, block: &Frame<Vec<f64>>) {
        let Some(block) = block.data() else { return };
        self.power += block.iter().map(|sample| sample * sample).sum::<f64>();
        // leaks: one_of_two_instances
        let copy = block.clone();
        self.waiting.push(copy);
        if self.power >= self.enough {
            self.power = 0.0;
            self.waiting.clear();
            self.results += 1;
        }
    }
}

fn one_of_two_instances() -> sgn::Result<Pipeline> {
    let mut p = Pipeline::new();
    p.connect(Blocks::builder("loud_adc"), gain::builder("amplify"))?;
    p.connect("amplify", Integrate::builder("loud").enough(500.0))?;
    p.connect(
        Blocks::builder("quiet_adc"),
        gain::builder("attenuate").factor(1e-9),
    )?;
    p.connect("attenuate", Integrate::builder("quiet").enough(500.0))?;
    p.connect("amplify", rms::builder("rms"))?;
    p.connect("rms", greatest::builder("greatest"))?;
    Ok(p)
}

/// Mixes tracks; those whose blocks are late are kept, and one is always late.
#[sgn::transform]
struct Mix {
    #[state]
    tracks: Vec<VecDeque<Vec<f64>>>,
    #[state]
    stride: u64,
}

#[sgn::transform]
impl Mix {
    fn on_build(&mut self, pads: &PadNames) {
        self.tracks = vec![VecDeque::new(); pads.sinks().len()];
    }

    #[pads(dynamic)]
    fn pull(&mut self, pad: Pad<'_>, block: &Frame<Vec<f64>>) {
        let samples = block.data().into_iter().flatten();
        // leaks: one_dynamic_pad
        let block: Vec<f64> = samples.take(16).copied().collect();
        self.tracks[pad.index()].push_back(block);
    }

    fn internal(&mut self) {
        self.stride += 1;
    }

    fn new(&mut self) -> Frame<f64> {
        let mut mixed = 0.0;
        for (index, track) in self.tracks.iter_mut().enumerate() {
            let takes = if index == 1 { 0 } else { 1 };
            for block in track.drain(..takes) {
                mixed += block.iter().sum::<f64>();
            }
        }
        Frame::new(mixed)
    }
}

fn one_dynamic_pad() -> sgn::Result<Pipeline> {
    let mut p = Pipeline::new();
    let mix = p.add(Mix::builder("mix").sink_pads(["a", "b", "c"]))?;
    for (name, pad) in [("drums", "a"), ("voice", "b"), ("piano", "c")] {
        let track = p.add(Blocks::builder(name))?;
        p.link(track.out, mix.block[pad])?;
    }
    p.connect("mix", greatest::builder("greatest"))?;
    Ok(p)
}

/// A value and the stride in which it came.
struct Delayed<T> {
    value: Option<T>,
    stride: u64,
}

/// Gives each value some strides later, and forgets to let go of what it has given.
#[sgn::transform]
struct Delay<T: Copy + Send + 'static> {
    #[prop(default = 3)]
    strides: u64,
    #[state]
    held: Vec<Delayed<T>>,
    #[state]
    stride: u64,
}

#[sgn::transform]
impl<T: Copy + Send + 'static> Delay<T> {
    fn pull(&mut self, value: &Frame<T>) {
        self.stride += 1;
        let (value, stride) = (value.data().copied(), self.stride);
        // leaks: generic_delay
        self.held.push(Delayed { value, stride });
    }

    fn new(&mut self) -> Frame<T> {
        let due = self.held.iter().rev().take(self.strides as usize + 1);
        let due = due.filter(|held| held.stride + self.strides == self.stride);
        Frame::from_option(due.last().and_then(|held| held.value))
    }
}

fn generic_delay() -> sgn::Result<Pipeline> {
    let mut p = Pipeline::new();
    p.connect(Blocks::builder("adc"), rms::builder("rms"))?;
    p.connect("rms", Delay::<f64>::builder("delay"))?;
    p.connect("delay", greatest::builder("greatest"))?;
    p.connect("rms", greatest::builder("undelayed"))?;
    Ok(p)
}

/// Gives messages as JSON.
#[sgn::transform]
fn encode(reading: &Reading) -> String {
    format!(
        r#"{{"sensor": {}, "text": "{}"}}"#,
        reading.sensor, reading.text
    )
}

/// Decodes messages, and keeps each to see if it comes again.
#[sgn::transform]
fn decode(
    message: &String,
    #[state(Vec::with_capacity(10_000))] seen: &mut Vec<Value>,
) -> Result<u64, serde_json::Error> {
    // leaks: third_party_values
    let value: Value = serde_json::from_str(message)?;
    let sensor = value["sensor"].as_u64().unwrap_or_default();
    seen.push(value);
    Ok(sensor)
}

fn third_party_values() -> sgn::Result<Pipeline> {
    let mut p = Pipeline::new();
    p.connect(sensors::builder("sensors"), encode::builder("encode"))?;
    p.connect("encode", decode::builder("decode"))?;
    p.connect("decode", sum::builder("sum"))?;
    p.connect("sensors", parse::builder("parse"))?;
    p.connect("parse", sum::builder("sum_of_readings"))?;
    Ok(p)
}

/// Writes on each frame where it comes from.
#[sgn::transform]
struct Tag {
    #[state]
    frame: Option<Frame<Vec<f64>>>,
    #[state]
    number: u64,
}

#[sgn::transform]
impl Tag {
    fn pull(&mut self, block: Frame<Vec<f64>>) {
        self.frame = Some(block);
    }

    fn new(&mut self) -> Option<Frame<Vec<f64>>> {
        self.number += 1;
        // leaks: metadata
        let metadata = tagged(self.number);
        Some(self.frame.take()?.with_metadata(metadata))
    }
}

fn tagged(number: u64) -> Metadata {
    let mut metadata = Metadata::NONE;
    metadata.set("origin", "detector H1, channel STRAIN");
    metadata.set("number", number as i64);
    metadata
}

/// Keeps the annotations of all frames, and not their samples.
#[sgn::sink]
struct Audit {
    #[state]
    log: Vec<Frame<()>>,
}

#[sgn::sink]
impl Audit {
    fn pull(&mut self, block: Frame<Vec<f64>>) {
        let (_, envelope) = block.split();
        self.log.push(envelope);
    }
}

fn metadata() -> sgn::Result<Pipeline> {
    let mut p = Pipeline::new();
    p.connect(Blocks::builder("adc"), centre::builder("centre"))?;
    p.connect("centre", Tag::builder("tag"))?;
    p.connect("tag", rms::builder("rms"))?;
    p.connect("rms", greatest::builder("greatest"))?;
    p.connect("tag", Audit::builder("audit"))?;
    Ok(p)
}
