//! Leaks that are seldom, late, or small beside what comes and goes.

use std::collections::BTreeMap;

use sgn::prelude::*;

use crate::case::{Case, Dice, Leak, Source, source};
use crate::parts::{
    Blocks, Count, Reading, centre, gain, greatest, parse, rms, sensors, sum, thin, ticks,
};

const HERE: Source = source!("timing.rs");

const fn late(leak: Leak, since: u64) -> Leak {
    Leak { since, ..leak }
}

pub(crate) const CASES: &[Case] = &[
    // 64 bytes in every hundredth stride.
    Case::leaks(
        "slow",
        slow,
        HERE.leak("calibrate:src:out", &["calibrate.epochs"], (0.64, 0.64)),
    )
    .strides(20_000),
    // Of blocks of 2 KiB at one line, one in 50 stays.
    Case::leaks(
        "behind_churn",
        behind_churn,
        HERE.leak("trigger:src:out", &["trigger.events"], (40.96, 40.96)),
    ),
    // 128 bytes a stride from stride 3600 of 6000.
    Case::leaks(
        "late",
        late_start,
        late(
            HERE.leak("queue:snk:number", &["queue.jobs"], (128.0, 128.0)),
            3600,
        ),
    ),
    // The same, from stride 3600 of 20,000.
    Case::leaks(
        "early_in_a_long_run",
        late_start,
        late(
            HERE.leak("queue:snk:number", &["queue.jobs"], (128.0, 128.0)),
            3600,
        ),
    )
    .strides(20_000),
    // The text of a reading that cannot be parsed, one in 20.
    Case::leaks(
        "error_path",
        error_path,
        HERE.leak("check:snk:reading", &["check.rejected"], (1.6, 1.6)),
    )
    .strides(12_000),
    // 96 bytes in one stride of two, at random.
    Case::leaks(
        "at_random",
        at_random,
        HERE.leak("sample:snk:number", &["sample.drawn"], (46.0, 50.0)),
    ),
    // 72 bytes a stride, beside a buffer that is filled to 64 KiB and emptied.
    Case::leaks(
        "beside_a_saw_tooth",
        beside_a_saw_tooth,
        HERE.leak("batch:snk:block", &["batch.receipts"], (72.0, 72.0)),
    ),
    // A saw-tooth of up to 300 blocks of 64 bytes, of which every tenth stays when the others go.
    Case::leaks(
        "rising_saw_tooth",
        rising_saw_tooth,
        HERE.leak("retry:snk:number", &["retry.pending"], (6.4, 6.4)),
    )
    .strides(9000),
    // 400 records of 80 bytes at once, every 800 strides.
    Case::leaks(
        "bursts",
        bursts,
        HERE.leak("burst:snk:number", &["burst.records"], (40.0, 40.0)),
    )
    .strides(12_000),
];

/// Finds a new calibration in every hundredth stride.
#[sgn::transform]
fn calibrate(
    block: &Vec<f64>,
    #[state] stride: &mut u64,
    #[state] epochs: &mut BTreeMap<u64, Box<[f64; 8]>>,
) -> Vec<f64> {
    *stride += 1;
    if stride.is_multiple_of(100) {
        // leaks: slow
        let epoch = Box::new([block[0]; 8]);
        epochs.insert(*stride, epoch);
    }
    let newest = epochs.values().next_back();
    let offset = newest.map_or(0.0, |epoch| epoch[7]);
    block.iter().map(|sample| sample - offset).collect()
}

fn slow() -> sgn::Result<Pipeline> {
    let mut p = Pipeline::new();
    p.connect(
        Blocks::builder("adc").samples(8),
        calibrate::builder("calibrate"),
    )?;
    p.connect("calibrate", rms::builder("rms"))?;
    p.connect("rms", greatest::builder("greatest"))?;
    Ok(p)
}

/// Looks at a stretch of samples in each stride, and keeps it if something has happened.
#[sgn::transform]
struct Trigger {
    #[prop(default = 50)]
    every: u64,
    #[state]
    events: Vec<Vec<f64>>,
    #[state]
    stride: u64,
    #[state]
    level: f64,
}

#[sgn::transform]
impl Trigger {
    fn pull(&mut self, block: &Frame<Vec<f64>>) {
        self.level = block.data().map_or(0.0, |block| block[0]);
    }

    fn new(&mut self) -> Frame<f64> {
        self.stride += 1;
        // leaks: behind_churn
        let stretch = vec![self.level; 256];
        let power = stretch.iter().map(|sample| sample * sample).sum();
        if self.stride.is_multiple_of(self.every) {
            self.events.push(stretch);
        }
        Frame::new(power)
    }
}

fn behind_churn() -> sgn::Result<Pipeline> {
    let mut p = Pipeline::new();
    p.connect(Blocks::builder("adc"), centre::builder("centre"))?;
    p.connect("centre", Trigger::builder("trigger"))?;
    p.connect("trigger", greatest::builder("greatest"))?;
    Ok(p)
}

/// Does jobs at once, until the server behind it is gone.
#[sgn::sink]
struct Queue {
    #[prop(default = 3600)]
    gone_after: u64,
    #[state(Vec::with_capacity(16))]
    jobs: Vec<Box<[u64; 16]>>,
    #[state]
    done: u64,
}

#[sgn::sink]
impl Queue {
    fn pull(&mut self, number: &Frame<u64>) {
        let Some(&number) = number.data() else { return };
        // leaks: late
        // leaks: early_in_a_long_run
        let job = Box::new([number; 16]);
        self.jobs.push(job);
        if number <= self.gone_after {
            self.done += self.jobs.drain(..).map(|job| job[0]).sum::<u64>();
        }
    }
}

fn late_start() -> sgn::Result<Pipeline> {
    let mut p = Pipeline::new();
    p.connect(ticks::builder("requests"), Queue::builder("queue"))?;
    p.connect("requests", thin::builder("thin"))?;
    p.connect("thin", sum::builder("sum"))?;
    p.connect("requests", Count::<u64>::builder("count"))?;
    Ok(p)
}

/// Breaks one reading in 20.
#[sgn::transform]
fn line(mut reading: Reading, #[state] number: &mut u64) -> Reading {
    *number += 1;
    if number.is_multiple_of(20) {
        reading.text.replace_range(0..1, "?");
    }
    reading
}

/// Checks readings, and keeps what is wrong to be looked at later.
#[sgn::transform]
struct Check {
    #[state(Vec::with_capacity(1000))]
    rejected: Vec<String>,
    #[state]
    length: u64,
}

#[sgn::transform]
impl Check {
    fn check(text: &str) -> Result<u64, String> {
        if text.starts_with("sensor=") {
            Ok(text.len() as u64)
        } else {
            // leaks: error_path
            Err(text.to_owned())
        }
    }

    fn pull(&mut self, reading: &Frame<Reading>) {
        let Some(reading) = reading.data() else {
            return;
        };
        match Self::check(&reading.text) {
            Ok(length) => self.length = length,
            Err(text) => self.rejected.push(text),
        }
    }

    fn new(&mut self) -> Frame<u64> {
        Frame::new(self.length)
    }
}

fn error_path() -> sgn::Result<Pipeline> {
    let mut p = Pipeline::new();
    p.connect(sensors::builder("sensors"), line::builder("line"))?;
    p.connect("line", Check::builder("check"))?;
    p.connect("check", sum::builder("sum"))?;
    p.connect("sensors", parse::builder("parse"))?;
    p.connect("parse", sum::builder("sum_of_readings"))?;
    Ok(p)
}

/// Draws numbers at random, and keeps their records.
#[sgn::sink]
fn sample(number: &u64, #[state] dice: &mut Dice, #[state] drawn: &mut Vec<Box<[u64; 12]>>) {
    if dice.below(2) == 0 {
        // leaks: at_random
        let record = Box::new([*number; 12]);
        drawn.push(record);
    }
}

fn at_random() -> sgn::Result<Pipeline> {
    let mut p = Pipeline::new();
    p.connect(ticks::builder("numbers"), sample::builder("sample"))?;
    p.connect("numbers", thin::builder("thin"))?;
    p.connect("thin", sum::builder("sum"))?;
    Ok(p)
}

/// Sends blocks in batches, and keeps a receipt of each block.
#[sgn::sink]
struct Batch {
    #[prop(default = 256)]
    blocks: usize,
    #[state]
    waiting: Vec<Vec<f64>>,
    #[state]
    receipts: Vec<Box<[u8; 72]>>,
}

#[sgn::sink]
impl Batch {
    fn pull(&mut self, block: Frame<Vec<f64>>) {
        self.waiting.extend(block.into_data());
        if self.waiting.len() == self.blocks {
            self.waiting.clear();
        }
        // leaks: beside_a_saw_tooth
        let receipt = Box::new([self.waiting.len() as u8; 72]);
        self.receipts.push(receipt);
    }
}

fn beside_a_saw_tooth() -> sgn::Result<Pipeline> {
    let mut p = Pipeline::new();
    p.connect(Blocks::builder("adc"), gain::builder("gain"))?;
    p.connect("gain", Batch::builder("batch"))?;
    p.connect("gain", rms::builder("rms"))?;
    p.connect("rms", greatest::builder("greatest"))?;
    Ok(p)
}

/// Sends numbers again that have not been confirmed; a tenth never is.
#[sgn::sink]
struct Retry {
    #[prop(default = 300)]
    most: u64,
    #[state(Vec::with_capacity(2000))]
    pending: Vec<Box<[u64; 8]>>,
    #[state]
    strides: u64,
}

#[sgn::sink]
impl Retry {
    fn pull(&mut self, number: &Frame<u64>) {
        let Some(&number) = number.data() else { return };
        // leaks: rising_saw_tooth
        let record = Box::new([number; 8]);
        self.pending.push(record);
        self.strides += 1;
        if self.strides.is_multiple_of(self.most) {
            self.pending.retain(|record| record[0].is_multiple_of(10));
        }
    }
}

fn rising_saw_tooth() -> sgn::Result<Pipeline> {
    let mut p = Pipeline::new();
    p.connect(ticks::builder("numbers"), Retry::builder("retry"))?;
    p.connect("numbers", thin::builder("thin"))?;
    p.connect("thin", sum::builder("sum"))?;
    Ok(p)
}

/// Records what led to an alarm: 400 numbers whenever there is one.
#[sgn::sink]
fn burst(number: &u64, #[state] records: &mut Vec<Box<[u64; 10]>>) {
    if !number.is_multiple_of(800) {
        return;
    }
    for before in 0..400 {
        // leaks: bursts
        let record = Box::new([number - before; 10]);
        records.push(record);
    }
}

fn bursts() -> sgn::Result<Pipeline> {
    let mut p = Pipeline::new();
    p.connect(sensors::builder("sensors"), parse::builder("parse"))?;
    p.connect("parse", burst::builder("burst"))?;
    p.connect("parse", sum::builder("sum"))?;
    Ok(p)
}
