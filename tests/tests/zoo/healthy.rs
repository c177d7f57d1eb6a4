//! Healthy pipelines: memory that comes and goes, or came once.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};

use sgn::elements::DequeSink;
use sgn::prelude::*;

use crate::case::{Case, Dice};
use crate::parts::{
    Blocks, Count, Reading, centre, gain, greatest, parse, rms, sensors, sum, thin, ticks,
};

pub(crate) const CASES: &[Case] = &[
    Case::healthy("saw_tooth", saw_tooth),
    Case::healthy("periodic_flush", periodic_flush),
    Case::healthy("tables_at_start", tables_at_start),
    Case::healthy("sliding_window", sliding_window),
    Case::healthy("batches", batches),
    Case::healthy("sorted_buffer", sorted_buffer),
    Case::healthy("channel_drained", channel_drained),
    Case::healthy("reused_buffers", reused_buffers),
    Case::healthy("histogram", histogram),
    Case::healthy("random_sizes", random_sizes),
    Case::healthy("restart_between_runs", restart_between_runs)
        .strides(2000)
        .runs(3),
    Case::healthy("all_stock", all_stock),
];

/// Collects blocks and adds them up when there are enough.
#[sgn::transform]
struct Stack {
    #[prop(default = 217)]
    enough: usize,
    #[state]
    blocks: Vec<Vec<f64>>,
}

#[sgn::transform]
impl Stack {
    fn pull(&mut self, block: Frame<Vec<f64>>) {
        self.blocks.extend(block.into_data());
    }

    fn new(&mut self) -> Option<Frame<f64>> {
        if self.blocks.len() < self.enough {
            return None;
        }
        let sum = self.blocks.iter().flatten().sum();
        self.blocks.clear();
        Some(Frame::new(sum))
    }
}

fn saw_tooth() -> sgn::Result<Pipeline> {
    let mut p = Pipeline::new();
    p.connect(Blocks::builder("adc"), gain::builder("gain"))?;
    p.connect("gain", Stack::builder("stack"))?;
    p.connect("stack", greatest::builder("greatest"))?;
    Ok(p)
}

/// Writes texts to a page, which is sent when it is full: after some 1600 strides.
#[sgn::sink]
struct Pages {
    #[prop(default = 50_000)]
    full: usize,
    #[state]
    page: Vec<String>,
    #[state]
    bytes: usize,
    #[state]
    sent: u64,
}

#[sgn::sink]
impl Pages {
    fn pull(&mut self, reading: &Frame<Reading>) {
        let Some(reading) = reading.data() else {
            return;
        };
        let line = reading.text.to_uppercase();
        self.bytes += line.len();
        self.page.push(line);
        if self.bytes >= self.full {
            let page = std::mem::take(&mut self.page);
            self.sent += page.len() as u64;
            self.bytes = 0;
        }
    }
}

fn periodic_flush() -> sgn::Result<Pipeline> {
    let mut p = Pipeline::new();
    p.connect(sensors::builder("sensors"), Pages::builder("pages"))?;
    p.connect("sensors", parse::builder("parse"))?;
    p.connect("parse", sum::builder("sum"))?;
    Ok(p)
}

/// Looks values up in tables of half a megabyte.
#[sgn::transform]
struct Lookup {
    #[state]
    tables: Vec<Vec<f64>>,
    #[state]
    number: u64,
}

#[sgn::transform]
impl Lookup {
    fn on_build(&mut self) {
        for table in 0..4 {
            let table = (0..16_384).map(|entry| f64::from(entry + table).sqrt());
            self.tables.push(table.collect());
        }
    }

    fn pull(&mut self, number: &Frame<u64>) {
        self.number = number.data().copied().unwrap_or_default();
    }

    fn new(&mut self) -> Frame<f64> {
        let table = &self.tables[self.number as usize % 4];
        Frame::new(table[self.number as usize % table.len()])
    }
}

fn tables_at_start() -> sgn::Result<Pipeline> {
    let mut p = Pipeline::new();
    p.connect(ticks::builder("numbers"), Lookup::builder("lookup"))?;
    p.connect("lookup", greatest::builder("greatest"))?;
    p.connect("numbers", sum::builder("sum"))?;
    Ok(p)
}

/// The mean over the latest blocks.
#[sgn::transform]
fn moving_mean(
    block: Vec<f64>,
    #[prop(default = 100)] blocks: &usize,
    #[state] latest: &mut VecDeque<Vec<f64>>,
) -> f64 {
    latest.push_back(block);
    if latest.len() > *blocks {
        latest.pop_front();
    }
    let samples = latest.iter().flatten();
    samples.clone().sum::<f64>() / samples.count() as f64
}

fn sliding_window() -> sgn::Result<Pipeline> {
    let mut p = Pipeline::new();
    p.connect(Blocks::builder("adc").samples(16), gain::builder("gain"))?;
    p.connect("gain", moving_mean::builder("mean").blocks(40))?;
    p.connect("mean", greatest::builder("greatest"))?;
    Ok(p)
}

/// Gives what has come as one batch, every 25 strides.
#[sgn::transform]
struct Batch {
    #[prop(default = 25)]
    size: usize,
    #[state]
    numbers: Vec<u64>,
}

#[sgn::transform]
impl Batch {
    fn pull(&mut self, number: &Frame<u64>) {
        self.numbers.extend(number.data());
    }

    fn new(&mut self) -> Option<Frame<Vec<u64>>> {
        let full = self.numbers.len() == self.size;
        full.then(|| Frame::new(std::mem::take(&mut self.numbers)))
    }
}

#[sgn::transform]
fn unbatch(batch: Vec<u64>) -> u64 {
    batch.into_iter().sum()
}

fn batches() -> sgn::Result<Pipeline> {
    let mut p = Pipeline::new();
    p.connect(ticks::builder("numbers"), Batch::builder("batch"))?;
    p.connect("batch", unbatch::builder("unbatch"))?;
    p.connect("unbatch", sum::builder("sum"))?;
    Ok(p)
}

/// The hundred greatest numbers, with a text for each.
#[sgn::sink]
struct Best {
    #[prop(default = 100)]
    most: usize,
    #[state]
    dice: Dice,
    #[state]
    best: Vec<(u64, String)>,
}

#[sgn::sink]
impl Best {
    fn pull(&mut self, number: &Frame<u64>) {
        let score = self.dice.below(1 << 30);
        let place = self.best.partition_point(|(other, _)| *other > score);
        let label = format!("number {:?} with {score:010}", number.data());
        self.best.insert(place, (score, label));
        self.best.truncate(self.most);
    }
}

fn sorted_buffer() -> sgn::Result<Pipeline> {
    let mut p = Pipeline::new();
    p.connect(ticks::builder("numbers"), Best::builder("best"))?;
    p.connect("numbers", thin::builder("thin"))?;
    p.connect("thin", sum::builder("sum"))?;
    Ok(p)
}

/// Sends blocks to a channel.
#[sgn::sink]
struct Forward {
    #[prop]
    sender: Sender<Vec<f64>>,
}

#[sgn::sink]
impl Forward {
    fn pull(&mut self, block: Frame<Vec<f64>>) {
        if let Some(block) = block.into_data() {
            let _ = self.sender.send(block);
        }
    }
}

/// Receives what has come, as often as there are enough blocks.
#[sgn::source]
struct Receive {
    #[prop]
    receiver: Receiver<Vec<f64>>,
    #[prop(default = 60)]
    every: u64,
    #[state]
    stride: u64,
}

#[sgn::source]
impl Receive {
    fn new(&mut self) -> Option<Frame<Vec<f64>>> {
        self.stride += 1;
        if !self.stride.is_multiple_of(self.every) {
            return None;
        }
        let blocks: Vec<Vec<f64>> = self.receiver.try_iter().collect();
        Some(Frame::new(blocks.concat()))
    }
}

fn channel_drained() -> sgn::Result<Pipeline> {
    let mut p = Pipeline::new();
    let (sender, receiver) = channel();
    p.connect(
        Blocks::builder("adc"),
        Forward::builder("forward").sender(sender),
    )?;
    p.connect(
        Receive::builder("receive").receiver(receiver),
        rms::builder("rms"),
    )?;
    p.connect("rms", greatest::builder("greatest"))?;
    Ok(p)
}

/// Smooths within two buffers of its own.
#[sgn::transform]
struct Smooth {
    #[state]
    input: Vec<f64>,
    #[state]
    output: Vec<f64>,
}

#[sgn::transform]
impl Smooth {
    fn pull(&mut self, block: &Frame<Vec<f64>>) {
        self.input.clear();
        self.input.extend(block.data().into_iter().flatten());
        self.output.clear();
        let pairs = self.input.windows(2);
        self.output
            .extend(pairs.map(|pair| (pair[0] + pair[1]) / 2.0));
    }

    fn new(&mut self) -> Frame<f64> {
        Frame::new(self.output.iter().sum())
    }
}

fn reused_buffers() -> sgn::Result<Pipeline> {
    let mut p = Pipeline::new();
    p.connect(
        Blocks::builder("adc").samples(128),
        Smooth::builder("smooth"),
    )?;
    p.connect("smooth", greatest::builder("greatest"))?;
    p.connect("adc", Count::<Vec<f64>>::builder("count"))?;
    Ok(p)
}

/// Counts values in bins, of which ever fewer are new.
#[sgn::sink]
fn bins(number: &u64, #[state] dice: &mut Dice, #[state] bins: &mut BTreeMap<u64, Vec<u64>>) {
    let bin = bins.entry(dice.below(200)).or_insert_with(|| vec![0; 16]);
    bin[*number as usize % 16] += 1;
}

fn histogram() -> sgn::Result<Pipeline> {
    let mut p = Pipeline::new();
    p.connect(sensors::builder("sensors"), parse::builder("parse"))?;
    p.connect("parse", bins::builder("bins"))?;
    p.connect("parse", sum::builder("sum"))?;
    Ok(p)
}

/// Gives packets of any size up to 4 KiB.
#[sgn::source]
fn packets(#[state] dice: &mut Dice) -> Vec<u8> {
    vec![1; dice.below(4096) as usize]
}

/// Keeps packets until a random one of 64 places gets another one.
#[sgn::sink]
fn reorder(
    packet: Vec<u8>,
    #[state] dice: &mut Dice,
    #[state(vec![Vec::new(); 64])] places: &mut Vec<Vec<u8>>,
) {
    places[dice.below(64) as usize] = packet;
}

fn random_sizes() -> sgn::Result<Pipeline> {
    let mut p = Pipeline::new();
    p.connect(
        packets::builder("packets"),
        Count::<Vec<u8>>::builder("count"),
    )?;
    p.connect("packets", reorder::builder("reorder"))?;
    p.connect(ticks::builder("clock"), sum::builder("sum"))?;
    Ok(p)
}

/// Loads its table at the start of each run.
#[sgn::transform]
struct Reload {
    #[state]
    table: Vec<Arc<str>>,
    #[state]
    number: u64,
}

#[sgn::transform]
impl Reload {
    fn on_startup(&mut self) {
        self.table.clear();
        let names = (0..500).map(|name| Arc::from(format!("name {name:06}")));
        self.table.extend(names);
    }

    fn pull(&mut self, number: &Frame<u64>) {
        self.number = number.data().copied().unwrap_or_default();
    }

    fn new(&mut self) -> Frame<u64> {
        let name = &self.table[self.number as usize % self.table.len()];
        Frame::new(name.len() as u64)
    }
}

fn restart_between_runs() -> sgn::Result<Pipeline> {
    let mut p = Pipeline::new();
    p.connect(ticks::builder("numbers"), Reload::builder("reload"))?;
    p.connect("reload", sum::builder("sum"))?;
    p.connect(Blocks::builder("adc"), centre::builder("centre"))?;
    p.connect("centre", rms::builder("rms"))?;
    p.connect("rms", greatest::builder("greatest"))?;
    Ok(p)
}

fn all_stock() -> sgn::Result<Pipeline> {
    let mut p = Pipeline::new();
    let latest = DequeSink::<Vec<f64>>::builder("latest")
        .sink_pads(["out"])
        .max_len(30);
    p.connect(Blocks::builder("adc"), gain::builder("gain"))?;
    p.connect("gain", centre::builder("centre"))?;
    p.connect("centre", latest)?;
    p.connect("gain", rms::builder("rms"))?;
    p.connect("rms", greatest::builder("greatest"))?;
    Ok(p)
}
