//! Leaks in a container that an element has as a field.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::sync::Arc;

use sgn::prelude::*;

use crate::case::{Case, Source, source};
use crate::parts::{
    Blocks, Count, Reading, centre, gain, greatest, parse, rms, sensors, sum, ticks,
};

const HERE: Source = source!("collections.rs");

pub(crate) const CASES: &[Case] = &[
    // A page of 256 bytes a stride.
    Case::leaks(
        "cache_never_evicted",
        cache_never_evicted,
        HERE.leak("pages:snk:number", &["pages.cache"], (256.0, 256.0)),
    ),
    // Eight bytes a stride, and capacity.
    Case::leaks(
        "vec_doubling",
        vec_doubling,
        HERE.leak("history:snk:value", &["history.values"], (8.0, 16.0)),
    ),
    // A text of 32 bytes a stride, and capacity.
    Case::leaks(
        "string_doubling",
        string_doubling,
        HERE.leak("journal:snk:reading", &["journal.text"], (32.0, 64.0)),
    ),
    // Eight bytes and a byte of control, at most 7/8 of which are used.
    Case::leaks(
        "hash_doubling",
        hash_doubling,
        HERE.leak(
            "dedup:src:out",
            &["dedup.seen"],
            (9.0 * 8.0 / 7.0, 18.0 * 8.0 / 7.0),
        ),
    ),
    // 16 bytes a stride, and capacity.
    Case::leaks(
        "deque_doubling",
        deque_doubling,
        HERE.leak("lag:inl:inl", &["lag.waiting"], (16.0, 32.0)),
    ),
    // Eight bytes a stride in one of eight vectors, and capacity.
    Case::leaks(
        "btree_of_vecs",
        btree_of_vecs,
        HERE.leak(
            "by_sensor:snk:reading",
            &["by_sensor.readings"],
            (8.0, 16.0),
        ),
    ),
    // Two blocks come each stride, and one goes.
    Case::leaks(
        "ring_with_wrong_bound",
        ring_with_wrong_bound,
        HERE.leak("window:snk:block", &["window.ring"], (256.0, 256.0)),
    ),
    // A text of 32 bytes behind two counts.
    Case::leaks(
        "interning",
        interning,
        HERE.leak(
            "intern:src:out",
            &["intern.names", "intern.ids"],
            (48.0, 48.0),
        ),
    ),
];

/// Renders pages of numbers, each once.
#[sgn::transform]
struct Pages {
    #[prop(default = 256)]
    bytes: usize,
    #[state]
    cache: HashMap<u64, Vec<u8>>,
    #[state]
    page: u64,
}

#[sgn::transform]
impl Pages {
    fn pull(&mut self, number: &Frame<u64>) {
        self.page = number.data().copied().unwrap_or_default();
        if !self.cache.contains_key(&self.page) {
            // leaks: cache_never_evicted
            let page = vec![self.page as u8; self.bytes];
            self.cache.insert(self.page, page);
        }
    }

    fn new(&mut self) -> Frame<u64> {
        let page = &self.cache[&self.page];
        Frame::new(page.iter().map(|byte| u64::from(*byte)).sum())
    }
}

fn cache_never_evicted() -> sgn::Result<Pipeline> {
    let mut p = Pipeline::new();
    p.connect(ticks::builder("requests"), Pages::builder("pages"))?;
    p.connect("pages", sum::builder("sent"))?;
    Ok(p)
}

/// Keeps each value, to draw them when all are there.
#[sgn::sink]
struct History {
    #[state]
    values: Vec<f64>,
}

#[sgn::sink]
impl History {
    fn pull(&mut self, value: &Frame<f64>) {
        if let Some(value) = value.data() {
            // leaks: vec_doubling
            self.values.push(*value);
        }
    }
}

fn vec_doubling() -> sgn::Result<Pipeline> {
    let mut p = Pipeline::new();
    p.connect(Blocks::builder("adc"), gain::builder("gain"))?;
    p.connect("gain", centre::builder("centre"))?;
    p.connect("centre", rms::builder("rms"))?;
    p.connect("rms", History::builder("history"))?;
    p.connect("rms", greatest::builder("greatest"))?;
    Ok(p)
}

/// Writes a journal, which nobody saves.
#[sgn::sink]
fn journal(reading: &Reading, #[state] text: &mut String) {
    // leaks: string_doubling
    text.push_str(&reading.text);
}

fn string_doubling() -> sgn::Result<Pipeline> {
    let mut p = Pipeline::new();
    p.connect(sensors::builder("sensors"), parse::builder("parse"))?;
    p.connect("sensors", journal::builder("journal"))?;
    p.connect("parse", sum::builder("sum"))?;
    Ok(p)
}

/// Drops what has been there before.
#[sgn::transform]
fn dedup(number: u64, #[state] seen: &mut HashSet<u64>) -> Option<u64> {
    // leaks: hash_doubling
    seen.insert(number).then_some(number)
}

fn hash_doubling() -> sgn::Result<Pipeline> {
    let mut p = Pipeline::new();
    p.connect(ticks::builder("ids"), dedup::builder("dedup"))?;
    p.connect("dedup", sum::builder("sum"))?;
    p.connect("dedup", Count::<u64>::builder("count"))?;
    Ok(p)
}

/// Pairs of a time and a value that wait for a partner, which one in two finds.
#[sgn::transform]
struct Lag {
    #[state]
    waiting: VecDeque<(u64, f64)>,
    #[state]
    arrived: Option<f64>,
    #[state]
    stride: u64,
}

#[sgn::transform]
impl Lag {
    fn pull(&mut self, value: &Frame<f64>) {
        self.arrived = value.data().copied();
    }

    fn internal(&mut self) {
        for half in 0..2 {
            let pair = (2 * self.stride + half, self.arrived.unwrap_or_default());
            // leaks: deque_doubling
            self.waiting.push_back(pair);
        }
        self.stride += 1;
    }

    fn new(&mut self) -> Frame<f64> {
        let oldest = self.waiting.pop_front();
        Frame::from_option(oldest.map(|(_, value)| value))
    }
}

fn deque_doubling() -> sgn::Result<Pipeline> {
    let mut p = Pipeline::new();
    p.connect(Blocks::builder("adc").samples(64), rms::builder("rms"))?;
    p.connect("rms", Lag::builder("lag"))?;
    p.connect("lag", greatest::builder("greatest"))?;
    Ok(p)
}

/// The lengths of all readings, by their sensors.
#[sgn::sink]
struct BySensor {
    #[state]
    readings: BTreeMap<u32, Vec<usize>>,
}

#[sgn::sink]
impl BySensor {
    fn pull(&mut self, reading: &Frame<Reading>) {
        let Some(reading) = reading.data() else {
            return;
        };
        let readings = self.readings.entry(reading.sensor).or_default();
        // leaks: btree_of_vecs
        readings.push(reading.text.len());
    }
}

fn btree_of_vecs() -> sgn::Result<Pipeline> {
    let mut p = Pipeline::new();
    p.connect(sensors::builder("sensors"), BySensor::builder("by_sensor"))?;
    p.connect("sensors", parse::builder("parse"))?;
    p.connect("parse", sum::builder("sum"))?;
    Ok(p)
}

/// A window of blocks, the bound of which counts strides where it ought to count blocks.
#[sgn::sink]
struct Window {
    #[prop(default = 8)]
    strides: usize,
    #[state]
    ring: VecDeque<Vec<f64>>,
    #[state]
    stride: usize,
    #[state]
    loudest: f64,
}

#[sgn::sink]
impl Window {
    fn pull(&mut self, block: &Frame<Vec<f64>>) {
        let Some(block) = block.data() else { return };
        for half in block.chunks(block.len() / 2) {
            // leaks: ring_with_wrong_bound
            let mut kept = half.to_vec();
            kept.iter_mut().for_each(|sample| *sample = sample.abs());
            self.ring.push_back(kept);
        }
        self.stride += 1;
        if self.stride > self.strides {
            self.ring.pop_front();
        }
        let newest = self.ring.back().into_iter().flatten();
        self.loudest = newest.copied().fold(self.loudest, f64::max);
    }
}

fn ring_with_wrong_bound() -> sgn::Result<Pipeline> {
    let mut p = Pipeline::new();
    p.connect(Blocks::builder("adc").samples(64), gain::builder("gain"))?;
    p.connect("gain", Window::builder("window"))?;
    p.connect("gain", rms::builder("rms"))?;
    p.connect("rms", greatest::builder("greatest"))?;
    Ok(p)
}

/// Gives each text a number, and texts never repeat.
#[sgn::transform]
struct Intern {
    #[state]
    names: Vec<Arc<str>>,
    #[state]
    ids: HashMap<Arc<str>, u64>,
    #[state]
    current: Option<String>,
}

#[sgn::transform]
impl Intern {
    fn pull(&mut self, reading: Frame<Reading>) {
        self.current = reading.into_data().map(|reading| reading.text);
    }

    fn new(&mut self) -> Option<Frame<u64>> {
        let text = self.current.take()?;
        if let Some(id) = self.ids.get(text.as_str()) {
            return Some(Frame::new(*id));
        }
        let id = self.names.len() as u64;
        // leaks: interning
        let name: Arc<str> = Arc::from(text.as_str());
        self.names.push(Arc::clone(&name));
        self.ids.insert(name, id);
        Some(Frame::new(id))
    }
}

fn interning() -> sgn::Result<Pipeline> {
    let mut p = Pipeline::new();
    p.connect(sensors::builder("sensors"), Intern::builder("intern"))?;
    p.connect("intern", sum::builder("sum"))?;
    p.connect("sensors", Count::<Reading>::builder("count"))?;
    Ok(p)
}
