//! Healthy pipelines: caches and pools that reach their size and stay there.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use sgn::prelude::*;

use crate::case::{Case, Dice};
use crate::parts::{Blocks, Count, centre, gain, greatest, parse, rms, sensors, sum, thin, ticks};

pub(crate) const CASES: &[Case] = &[
    Case::healthy("lru_at_its_limit", lru_at_its_limit),
    Case::healthy("lru_filled_late", lru_filled_late),
    Case::healthy("cache_filled_early", cache_filled_early),
    Case::healthy("warm_up", warm_up),
    Case::healthy("plateau_of_doubling", plateau_of_doubling),
    Case::healthy("pool", pool),
    Case::healthy("arc_shared", arc_shared),
    Case::healthy("worker_thread", worker_thread),
    Case::healthy("sessions_that_close", sessions_that_close),
    Case::healthy("seen_and_pruned", seen_and_pruned),
];

/// Keeps the answers to the latest questions.
#[sgn::transform]
struct Lru {
    #[prop(default = 128)]
    most: usize,
    #[prop(default = 1)]
    strides_per_question: u64,
    #[state]
    answers: HashMap<u64, Vec<u64>>,
    #[state]
    order: VecDeque<u64>,
    #[state]
    question: u64,
}

#[sgn::transform]
impl Lru {
    fn pull(&mut self, number: &Frame<u64>) {
        self.question = number.data().copied().unwrap_or_default() / self.strides_per_question;
    }

    fn new(&mut self) -> Frame<u64> {
        if let Some(answer) = self.answers.get(&self.question) {
            return Frame::new(answer[0]);
        }
        let answer = vec![self.question; 30];
        self.answers.insert(self.question, answer);
        self.order.push_back(self.question);
        if self.order.len() > self.most {
            let oldest = self.order.pop_front().unwrap_or_default();
            self.answers.remove(&oldest);
        }
        Frame::new(self.question)
    }
}

fn lru_at_its_limit() -> sgn::Result<Pipeline> {
    let mut p = Pipeline::new();
    p.connect(ticks::builder("questions"), Lru::builder("lru"))?;
    p.connect("lru", sum::builder("sum"))?;
    p.connect("questions", Count::<u64>::builder("count"))?;
    Ok(p)
}

/// The limit is reached after a third of the run.
fn lru_filled_late() -> sgn::Result<Pipeline> {
    let mut p = Pipeline::new();
    let lru = Lru::builder("lru").most(400).strides_per_question(5);
    p.connect(ticks::builder("questions"), lru)?;
    p.connect("lru", sum::builder("sum"))?;
    p.connect("questions", thin::builder("thin"))?;
    p.connect("thin", sum::builder("sum_of_some"))?;
    Ok(p)
}

/// Caches what there are 256 of, which are all met in the first tenth of the run.
#[sgn::transform]
fn cached(number: &u64, #[state] cache: &mut HashMap<u64, Box<[u64]>>) -> u64 {
    let key = number.wrapping_mul(37) % 256;
    let value = cache.entry(key).or_insert_with(|| {
        let powers = (0..20).map(|power| key.wrapping_pow(power));
        powers.collect()
    });
    value[3]
}

fn cache_filled_early() -> sgn::Result<Pipeline> {
    let mut p = Pipeline::new();
    p.connect(sensors::builder("sensors"), parse::builder("parse"))?;
    p.connect("parse", cached::builder("cached"))?;
    p.connect("cached", sum::builder("sum"))?;
    Ok(p)
}

/// Learns from the first blocks, and applies what it has learnt to the others.
#[sgn::transform]
struct Learn {
    #[prop(default = 900)]
    blocks: usize,
    #[state]
    examples: Vec<Vec<f64>>,
    #[state]
    block: Vec<f64>,
}

#[sgn::transform]
impl Learn {
    fn pull(&mut self, block: &Frame<Vec<f64>>) {
        let Some(block) = block.data() else { return };
        if self.examples.len() < self.blocks {
            let example = block.clone();
            self.examples.push(example);
        }
        self.block.clone_from(block);
    }

    fn new(&mut self) -> Frame<f64> {
        let example = &self.examples[self.examples.len() / 2];
        let pairs = self.block.iter().zip(example);
        Frame::new(pairs.map(|(sample, example)| sample * example).sum())
    }
}

fn warm_up() -> sgn::Result<Pipeline> {
    let mut p = Pipeline::new();
    p.connect(Blocks::builder("adc"), centre::builder("centre"))?;
    p.connect("centre", Learn::builder("learn"))?;
    p.connect("learn", greatest::builder("greatest"))?;
    Ok(p)
}

/// Fills a vector that doubles until it holds 1500 numbers, and then starts again in the same memory.
#[sgn::sink]
struct Fill {
    #[prop(default = 1500)]
    most: usize,
    #[state]
    numbers: Vec<[u64; 4]>,
    #[state]
    filled: u64,
}

#[sgn::sink]
impl Fill {
    fn pull(&mut self, number: &Frame<u64>) {
        let Some(&number) = number.data() else { return };
        if self.numbers.len() == self.most {
            self.filled += 1;
            self.numbers.clear();
        }
        self.numbers.push([number; 4]);
    }
}

fn plateau_of_doubling() -> sgn::Result<Pipeline> {
    let mut p = Pipeline::new();
    p.connect(ticks::builder("numbers"), Fill::builder("fill"))?;
    p.connect("numbers", thin::builder("thin"))?;
    p.connect("thin", sum::builder("sum"))?;
    Ok(p)
}

/// Buffers that are lent and given back.
#[derive(Default)]
struct Buffers {
    free: Vec<Vec<f64>>,
}

#[sgn::profile]
impl Buffers {
    fn take(&mut self) -> Vec<f64> {
        self.free.pop().unwrap_or_else(|| vec![0.0; 256])
    }

    fn give(&mut self, buffer: Vec<f64>) {
        self.free.push(buffer);
    }
}

/// Has some buffers in use at a time, more of them in some strides than in others.
#[sgn::transform]
struct Pooled {
    #[state]
    dice: Dice,
    #[state]
    buffers: Buffers,
    #[state]
    in_use: Vec<Vec<f64>>,
}

#[sgn::transform]
impl Pooled {
    fn pull(&mut self, block: &Frame<Vec<f64>>) {
        for _ in 0..self.dice.below(6) {
            let mut buffer = self.buffers.take();
            let first = block.data().map_or(0.0, |block| block[0]);
            buffer.fill(first);
            self.in_use.push(buffer);
        }
    }

    fn new(&mut self) -> Frame<f64> {
        let mut sum = 0.0;
        for buffer in self.in_use.drain(..) {
            sum += buffer.iter().sum::<f64>();
            self.buffers.give(buffer);
        }
        Frame::new(sum)
    }
}

fn pool() -> sgn::Result<Pipeline> {
    let mut p = Pipeline::new();
    p.connect(Blocks::builder("adc"), gain::builder("gain"))?;
    p.connect("gain", Pooled::builder("pooled"))?;
    p.connect("pooled", greatest::builder("greatest"))?;
    Ok(p)
}

/// Weights a block by a window that all instances share.
#[sgn::transform]
fn weighted(block: &Vec<f64>, #[prop] window: &Arc<Vec<f64>>) -> Arc<Vec<f64>> {
    let pairs = block.iter().zip(window.iter());
    Arc::new(pairs.map(|(sample, weight)| sample * weight).collect())
}

/// Holds the latest block, which others hold, too.
#[sgn::sink]
fn latest(block: Arc<Vec<f64>>, #[state] latest: &mut Option<Arc<Vec<f64>>>) {
    *latest = Some(block);
}

fn arc_shared() -> sgn::Result<Pipeline> {
    let mut p = Pipeline::new();
    let window = Arc::new(vec![0.5; 2048]);
    p.add(Blocks::builder("adc"))?;
    for (filter, one, other) in [("left", "l1", "l2"), ("right", "r1", "r2")] {
        p.connect("adc", weighted::builder(filter).window(Arc::clone(&window)))?;
        p.connect(filter, latest::builder(one))?;
        p.connect(filter, latest::builder(other))?;
    }
    Ok(p)
}

/// A thread that squares blocks, and gives each back before it gets the next.
struct Worker {
    blocks: SyncSender<Vec<f64>>,
    squares: Receiver<Vec<f64>>,
}

impl Worker {
    fn start() -> Self {
        let (blocks, received) = sync_channel::<Vec<f64>>(0);
        let (sender, squares) = sync_channel(0);
        sgn::thread::spawn(move || {
            for block in received {
                let squared = block.iter().map(|sample| sample * sample).collect();
                if sender.send(squared).is_err() {
                    return;
                }
            }
        });
        Self { blocks, squares }
    }
}

/// Squares blocks in a thread.
#[sgn::transform]
struct Square {
    #[state]
    worker: Option<Worker>,
    #[state]
    block: Vec<f64>,
}

#[sgn::transform]
impl Square {
    fn pull(&mut self, block: Frame<Vec<f64>>) {
        self.block = block.into_data().unwrap_or_default();
    }

    fn new(&mut self) -> Result<Frame<Vec<f64>>, sgn::BoxError> {
        let worker = self.worker.get_or_insert_with(Worker::start);
        worker.blocks.send(std::mem::take(&mut self.block))?;
        Ok(Frame::new(worker.squares.recv()?))
    }
}

fn worker_thread() -> sgn::Result<Pipeline> {
    let mut p = Pipeline::new();
    p.connect(Blocks::builder("adc"), Square::builder("square"))?;
    p.connect("square", rms::builder("rms"))?;
    p.connect("rms", greatest::builder("greatest"))?;
    Ok(p)
}

/// Opens a session for each visitor, and closes it some strides later.
#[sgn::transform]
fn sessions(number: &u64, #[state] open: &mut HashMap<u64, Vec<u64>>) -> u64 {
    let visitor = number / 8;
    let session = open
        .entry(visitor)
        .or_insert_with(|| Vec::with_capacity(16));
    session.push(*number);
    open.retain(|other, _| other + 50 > visitor);
    open.len() as u64
}

fn sessions_that_close() -> sgn::Result<Pipeline> {
    let mut p = Pipeline::new();
    p.connect(ticks::builder("pages"), sessions::builder("sessions"))?;
    p.connect("sessions", sum::builder("sum"))?;
    p.connect("pages", Count::<u64>::builder("count"))?;
    Ok(p)
}

/// Drops repeated texts, and forgets the older half of them from time to time.
#[sgn::sink]
fn seen(number: &u64, #[state] seen: &mut BTreeSet<String>, #[state] repeated: &mut u64) {
    let text = format!("number {number:020}");
    *repeated += u64::from(!seen.insert(text));
    if seen.len() >= 700 {
        let middle = seen.iter().nth(350).cloned().unwrap_or_default();
        *seen = seen.split_off(&middle);
    }
}

fn seen_and_pruned() -> sgn::Result<Pipeline> {
    let mut p = Pipeline::new();
    p.connect(sensors::builder("sensors"), parse::builder("parse"))?;
    p.connect("parse", seen::builder("seen"))?;
    p.connect("parse", sum::builder("sum"))?;
    Ok(p)
}
