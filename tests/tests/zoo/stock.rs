//! Leaks in stock elements, in what they are given, and in copies of frames.

use std::fmt::Write as _;

use sgn::elements::{
    CallableTransform, CollectSink, Data, DequeSink, IterSource, NullSink, PassThrough,
};
use sgn::prelude::*;

use crate::case::{Case, Source, source};
use crate::parts::{Blocks, Reading, centre, gain, greatest, parse, rms, sensors, sum};

const HERE: Source = source!("stock.rs");

pub(crate) const CASES: &[Case] = &[
    // The closure keeps 32 samples of each block.
    Case::leaks(
        "closure",
        closure,
        HERE.leak(
            "smooth:src:out",
            &["smooth.closures", "smooth.outputs"],
            (256.0, 256.0),
        ),
    ),
    // The iterator keeps a line of 48 bytes for each value.
    Case::leaks(
        "iterator",
        iterator,
        HERE.leak("lines:src:out", &["lines.streams"], (48.0, 48.0)),
    ),
    // All that comes is collected: 32 samples a stride, which `centre` has copied.
    Case::leaks(
        "collects_all",
        collects_all,
        HERE.leak("centre:src:out", &["all.collects"], (256.0, 256.0)),
    ),
    // A deque without a bound, on one of two pads: 24 samples.
    Case::leaks(
        "deque_without_bound",
        deque_without_bound,
        HERE.leak("adc:src:out", &["latest.deques"], (192.0, 192.0)),
    ),
    // The copy of 64 samples for the second consumer.
    Case::leaks(
        "fan_out_clone",
        fan_out_clone,
        HERE.leak("archive:snk:block", &["archive.blocks"], (512.0, 512.0)),
    ),
    // 64 samples in every tenth stride.
    Case::leaks(
        "one_in_ten_kept",
        one_in_ten_kept,
        HERE.leak("adc:src:out", &["snapshots.kept"], (51.2, 51.2)),
    ),
    // The text of every eighth reading, which the sensor made: 40 bytes.
    Case::leaks(
        "one_sensor_kept",
        one_sensor_kept,
        HERE.leak("sensors:src:out", &["suspect.readings"], (5.0, 5.0)),
    ),
];

fn closure() -> sgn::Result<Pipeline> {
    let mut p = Pipeline::new();
    let mut past: Vec<Vec<f64>> = Vec::with_capacity(10_000);
    let average = move |data: Data<'_, Vec<f64>>| {
        past.push(data[0].to_vec());
        let newest = past.iter().rev().take(3).flatten();
        newest.sum()
    };
    let smooth = CallableTransform::<Vec<f64>, f64>::builder("smooth");
    // leaks: closure
    let smooth = smooth.map("out", ["in"], average);
    p.connect(Blocks::builder("adc"), gain::builder("gain"))?;
    p.connect("gain", centre::builder("centre"))?;
    p.connect_by("centre", smooth, [("out", "in")])?;
    p.connect("smooth", greatest::builder("greatest"))?;
    Ok(p)
}

fn iterator() -> sgn::Result<Pipeline> {
    let mut p = Pipeline::new();
    let mut replay: Vec<Box<[u8; 48]>> = Vec::with_capacity(10_000);
    let lines = (0_u64..).map(move |line| {
        replay.push(Box::new([line as u8; 48]));
        replay.len() as u64
    });
    // leaks: iterator
    let lines = IterSource::builder("lines").iter("out", lines);
    let relay = PassThrough::<u64>::builder("relay")
        .sink_pads(["out"])
        .source_pads(["out"]);
    p.connect(lines, relay)?;
    p.connect_by("relay", sum::builder("sum"), [("out", "number")])?;
    Ok(p)
}

fn collects_all() -> sgn::Result<Pipeline> {
    let mut p = Pipeline::new();
    p.connect(Blocks::builder("adc"), gain::builder("gain"))?;
    p.connect("gain", Centre::builder("centre"))?;
    p.connect("centre", rms::builder("rms"))?;
    p.connect("rms", greatest::builder("greatest"))?;
    let all = CollectSink::<Vec<f64>>::builder("all").sink_pads(["out"]);
    p.connect("centre", all)?;
    Ok(p)
}

/// Subtracts the mean.
#[sgn::transform]
struct Centre {
    #[state]
    block: Vec<f64>,
}

#[sgn::transform]
impl Centre {
    fn pull(&mut self, block: &Frame<Vec<f64>>) {
        self.block.clear();
        self.block.extend(block.data().into_iter().flatten());
        let mean = self.block.iter().sum::<f64>() / self.block.len().max(1) as f64;
        self.block.iter_mut().for_each(|sample| *sample -= mean);
    }

    fn new(&mut self) -> Frame<Vec<f64>> {
        // leaks: collects_all
        Frame::new(self.block.clone())
    }
}

/// Gives blocks of 24 samples.
#[sgn::source]
fn adc(#[state] stride: &mut u64) -> Vec<f64> {
    *stride += 1;
    let phase = *stride as f64;
    // leaks: deque_without_bound
    let mut block = Vec::with_capacity(24);
    block.extend((0..24).map(|sample| phase + f64::from(sample)));
    block
}

fn deque_without_bound() -> sgn::Result<Pipeline> {
    let mut p = Pipeline::new();
    let latest = DequeSink::<Vec<f64>>::builder("latest").sink_pads(["raw"]);
    let bounded = DequeSink::<Vec<f64>>::builder("bounded")
        .sink_pads(["centred"])
        .max_len(16);
    p.add(adc::builder("adc"))?;
    p.connect("adc", centre::builder("centre"))?;
    p.connect_by("centre", bounded, [("out", "centred")])?;
    p.connect("adc", rms::builder("rms"))?;
    p.connect("rms", greatest::builder("greatest"))?;
    p.connect_by("adc", latest, [("out", "raw")])?;
    Ok(p)
}

/// Keeps all blocks.
#[sgn::sink]
fn archive(block: Vec<f64>, #[state] blocks: &mut Vec<Vec<f64>>) {
    blocks.push(block);
}

fn fan_out_clone() -> sgn::Result<Pipeline> {
    let mut p = Pipeline::new();
    let adc = p.add(Blocks::builder("adc").samples(64))?;
    let archive = p.add(archive::builder("archive"))?;
    // leaks: fan_out_clone
    p.link(adc.out, archive.block)?;
    p.connect("adc", gain::builder("gain"))?;
    p.connect("gain", rms::builder("rms"))?;
    let levels = NullSink::<f64>::builder("levels").sink_pads(["level"]);
    p.connect_by("rms", levels, [("out", "level")])?;
    Ok(p)
}

/// Gives blocks of 64 samples.
#[sgn::source]
struct Camera {
    #[state]
    picture: u64,
}

#[sgn::source]
impl Camera {
    fn new(&mut self) -> Frame<Vec<f64>> {
        self.picture += 1;
        // leaks: one_in_ten_kept
        let picture = vec![self.picture as f64; 64];
        Frame::new(picture)
    }
}

/// Keeps a picture in ten.
#[sgn::sink]
struct Snapshots {
    #[prop(default = 10)]
    every: usize,
    #[state]
    kept: Vec<Frame<Vec<f64>>>,
    #[state]
    pictures: usize,
}

#[sgn::sink]
impl Snapshots {
    fn pull(&mut self, picture: Frame<Vec<f64>>) {
        self.pictures += 1;
        if self.pictures.is_multiple_of(self.every) {
            self.kept.push(picture);
        }
    }
}

fn one_in_ten_kept() -> sgn::Result<Pipeline> {
    let mut p = Pipeline::new();
    p.connect(Camera::builder("adc"), rms::builder("rms"))?;
    p.connect("adc", Snapshots::builder("snapshots"))?;
    p.connect("rms", greatest::builder("greatest"))?;
    Ok(p)
}

/// Gives readings, of which the third sensor's are rare.
#[sgn::source]
fn station(#[state] reading: &mut u64) -> Reading {
    *reading += 1;
    // leaks: one_sensor_kept
    let mut text = String::with_capacity(40);
    let _ = write!(text, "sensor={:06} reading={reading:08}..", *reading % 8);
    let sensor = (*reading % 8) as u32;
    Reading { sensor, text }
}

/// Keeps the readings of a sensor that is under suspicion.
#[sgn::sink]
fn suspect(
    reading: Reading,
    #[prop(default = 3)] sensor: &u32,
    #[state(Vec::with_capacity(1000))] readings: &mut Vec<Reading>,
) {
    if reading.sensor == *sensor {
        readings.push(reading);
    }
}

fn one_sensor_kept() -> sgn::Result<Pipeline> {
    let mut p = Pipeline::new();
    p.connect(station::builder("sensors"), parse::builder("parse"))?;
    p.connect("parse", sum::builder("sum"))?;
    p.connect("sensors", suspect::builder("suspect"))?;
    p.connect(sensors::builder("others"), parse::builder("parse_others"))?;
    p.connect("parse_others", sum::builder("sum_of_others"))?;
    Ok(p)
}
