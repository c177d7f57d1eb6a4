//! Healthy pipelines that change in the course of the run, or whose periods are long.

use std::collections::{HashMap, VecDeque};

use sgn::prelude::*;

use crate::case::{Case, Dice};
use crate::parts::{Blocks, centre, gain, greatest, parse, rms, sensors, sum, thin, ticks};

pub(crate) const CASES: &[Case] = &[
    Case::healthy("three_periods", three_periods),
    Case::healthy("random_walk", random_walk),
    Case::healthy("one_step", one_step),
    Case::healthy("full_after_two_thirds", full_after_two_thirds),
    Case::healthy("few_strides", few_strides).strides(800),
    Case::healthy("shrinks", shrinks),
];

/// Writes a day of readings to a file at its end, which is after 2100 strides.
#[sgn::sink]
fn diary(length: &u64, #[prop(default = 2100)] day: &usize, #[state] lines: &mut Vec<String>) {
    if lines.len() == *day {
        lines.clear();
    }
    let line = format!("entry {length:020}");
    lines.push(line);
}

fn three_periods() -> sgn::Result<Pipeline> {
    let mut p = Pipeline::new();
    p.connect(sensors::builder("sensors"), parse::builder("parse"))?;
    p.connect("parse", diary::builder("diary"))?;
    p.connect("parse", sum::builder("sum"))?;
    Ok(p)
}

/// A queue whose length changes at random, between nothing and 300.
#[sgn::sink]
fn queue(block: Vec<f64>, #[state] dice: &mut Dice, #[state] queue: &mut VecDeque<Vec<f64>>) {
    if dice.below(2) == 0 {
        queue.pop_front();
    } else if queue.len() < 300 {
        queue.push_back(block);
    }
}

fn random_walk() -> sgn::Result<Pipeline> {
    let mut p = Pipeline::new();
    p.connect(Blocks::builder("adc"), centre::builder("centre"))?;
    p.connect("centre", queue::builder("queue"))?;
    p.connect("centre", rms::builder("rms"))?;
    p.connect("rms", greatest::builder("greatest"))?;
    Ok(p)
}

/// Keeps the latest blocks, and twice as many of them from the middle of the run on.
#[sgn::transform]
struct Average {
    #[prop(default = 60)]
    most: usize,
    #[state]
    latest: VecDeque<Vec<f64>>,
    #[state]
    stride: u64,
}

#[sgn::transform]
impl Average {
    fn pull(&mut self, block: &Frame<Vec<f64>>) {
        self.stride += 1;
        if self.stride == 3000 {
            self.most *= 2;
        }
        let Some(block) = block.data() else { return };
        let copy = block.clone();
        self.latest.push_back(copy);
        if self.latest.len() > self.most {
            self.latest.pop_front();
        }
    }

    fn new(&mut self) -> Frame<f64> {
        let firsts = self.latest.iter().map(|block| block[0]);
        Frame::new(firsts.sum::<f64>() / self.latest.len() as f64)
    }
}

fn one_step() -> sgn::Result<Pipeline> {
    let mut p = Pipeline::new();
    p.connect(Blocks::builder("adc"), gain::builder("gain"))?;
    p.connect("gain", Average::builder("average"))?;
    p.connect("average", greatest::builder("greatest"))?;
    Ok(p)
}

/// Numbers 500 of the keys that it meets, of which there is a new one in every eighth stride.
#[sgn::transform]
fn table(number: &u64, #[state] rows: &mut HashMap<u64, Box<[u64; 20]>>) -> u64 {
    let key = number / 8 % 500;
    let row = rows.entry(key).or_insert_with(|| Box::new([key; 20]));
    row[19] += 1;
    row[19]
}

fn full_after_two_thirds() -> sgn::Result<Pipeline> {
    let mut p = Pipeline::new();
    p.connect(ticks::builder("keys"), table::builder("table"))?;
    p.connect("table", sum::builder("sum"))?;
    p.connect("keys", thin::builder("thin"))?;
    p.connect("thin", sum::builder("sum_of_some"))?;
    Ok(p)
}

fn few_strides() -> sgn::Result<Pipeline> {
    let mut p = Pipeline::new();
    p.connect(Blocks::builder("adc").samples(64), gain::builder("gain"))?;
    p.connect("gain", queue::builder("queue"))?;
    p.connect("gain", Average::builder("average").most(100))?;
    p.connect("average", greatest::builder("greatest"))?;
    Ok(p)
}

/// Needs its samples of old only until it has seen enough new ones.
#[sgn::sink]
struct Old {
    #[state((0..4000).map(|row| vec![row; 16]).collect())]
    rows: Vec<Vec<u64>>,
    #[state]
    newest: u64,
}

#[sgn::sink]
impl Old {
    fn pull(&mut self, number: &Frame<u64>) {
        self.newest = number.data().copied().unwrap_or_default();
        self.rows.pop();
    }
}

fn shrinks() -> sgn::Result<Pipeline> {
    let mut p = Pipeline::new();
    p.connect(ticks::builder("numbers"), Old::builder("old"))?;
    p.connect("numbers", thin::builder("thin"))?;
    p.connect("thin", sum::builder("sum"))?;
    Ok(p)
}
