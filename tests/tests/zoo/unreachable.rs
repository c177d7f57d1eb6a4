//! True leaks: nothing refers to the blocks any more.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use parking_lot::Mutex;
use sgn::prelude::*;

use crate::case::{Case, Source, source};
use crate::parts::{
    Blocks, Count, Reading, centre, gain, greatest, parse, rms, sensors, sum, ticks,
};

const HERE: Source = source!("unreachable.rs");

pub(crate) const CASES: &[Case] = &[
    // Two counts, 20 samples, a pointer and a lock of a byte, with padding: 192 bytes a stride.
    Case::leaks(
        "arc_cycle",
        arc_cycle,
        HERE.leak("pair:src:out", &["unreachable"], (192.0, 192.0)),
    ),
    // Three nodes: two counts, the width, a cell with a pointer, and a cell with a vector.
    Case::leaks(
        "rc_graph",
        rc_graph,
        HERE.leak("layout:src:out", &["unreachable"], (216.0, 216.0)),
    ),
    // A name of 32 bytes for each reading.
    Case::leaks(
        "box_leak",
        box_leak,
        HERE.leak("name:src:out", &["unreachable"], (32.0, 32.0)),
    ),
    // 30 words in every third stride.
    Case::leaks(
        "mem_forget",
        mem_forget,
        HERE.leak("guard:snk:number", &["unreachable"], (80.0, 80.0)),
    ),
    // 32 samples a stride; the last block is still referred to.
    Case::leaks(
        "vec_leak_in_a_helper",
        vec_leak_in_a_helper,
        HERE.leak("baseline:src:out", &["unreachable"], (256.0, 256.0)),
    ),
    // A block of 96 bytes in every second stride, as a raw pointer that nobody takes back.
    Case::leaks(
        "into_raw",
        into_raw,
        HERE.leak("export:snk:number", &["unreachable"], (48.0, 48.0)),
    ),
];

/// A block that knows the one that came with it.
struct Paired {
    samples: [f64; 20],
    partner: Mutex<Option<Arc<Paired>>>,
}

/// Pairs blocks up, two by two, and lets go of both.
#[sgn::transform]
struct Pair {
    #[state]
    first: Option<Arc<Paired>>,
    #[state]
    power: f64,
}

#[sgn::transform]
impl Pair {
    fn pull(&mut self, block: &Frame<Vec<f64>>) {
        let block = block.data().map_or(0.0, |block| block[0]);
        self.power = block * block;
    }

    fn new(&mut self) -> Frame<f64> {
        let first = self.first.take();
        let (samples, partner) = ([self.power; 20], Mutex::new(first.clone()));
        // leaks: arc_cycle
        let block = Arc::new(Paired { samples, partner });
        self.power += block.samples[19];
        match first {
            Some(first) => *first.partner.lock() = Some(block),
            None => self.first = Some(block),
        }
        Frame::new(self.power)
    }
}

fn arc_cycle() -> sgn::Result<Pipeline> {
    let mut p = Pipeline::new();
    p.connect(Blocks::builder("adc"), gain::builder("gain"))?;
    p.connect("gain", Pair::builder("pair"))?;
    p.connect("pair", greatest::builder("greatest"))?;
    p.connect("gain", rms::builder("rms"))?;
    p.connect("rms", greatest::builder("greatest_level"))?;
    Ok(p)
}

struct Box2d {
    width: u64,
    parent: RefCell<Option<Rc<Box2d>>>,
    children: RefCell<Vec<Rc<Box2d>>>,
}

/// Lays a page out: a tree whose nodes know their parents, too.
#[sgn::profile]
fn page(width: u64) -> Rc<Box2d> {
    let node = |width| {
        let (parent, children) = (RefCell::default(), RefCell::new(Vec::with_capacity(2)));
        // leaks: rc_graph
        Rc::new(Box2d {
            width,
            parent,
            children,
        })
    };
    let root = node(width);
    for half in 0..2 {
        let child = node(width / 2 + half);
        *child.parent.borrow_mut() = Some(Rc::clone(&root));
        root.children.borrow_mut().push(child);
    }
    root
}

/// The widths of pages that are laid out.
#[sgn::transform]
fn layout(width: &u64) -> u64 {
    let page = page(*width);
    let children = page.children.borrow();
    let parents = children
        .iter()
        .filter(|child| child.parent.borrow().is_some());
    page.width + parents.map(|child| child.width).sum::<u64>()
}

fn rc_graph() -> sgn::Result<Pipeline> {
    let mut p = Pipeline::new();
    p.connect(ticks::builder("widths"), layout::builder("layout"))?;
    p.connect("layout", sum::builder("sum"))?;
    p.connect("widths", Count::<u64>::builder("count"))?;
    Ok(p)
}

/// Makes a name of each text that lives as long as the program.
#[sgn::transform]
fn name(reading: &Reading) -> u64 {
    // leaks: box_leak
    let name: &'static str = Box::leak(reading.text.clone().into_boxed_str());
    name.bytes().map(u64::from).sum()
}

fn box_leak() -> sgn::Result<Pipeline> {
    let mut p = Pipeline::new();
    p.connect(sensors::builder("sensors"), name::builder("name"))?;
    p.connect("name", sum::builder("sum"))?;
    p.connect("sensors", parse::builder("parse"))?;
    p.connect("parse", sum::builder("sum_of_readings"))?;
    Ok(p)
}

/// Undoes what was begun, when it is dropped.
struct Undo {
    before: Vec<u64>,
}

impl Drop for Undo {
    fn drop(&mut self) {
        self.before.clear();
    }
}

/// Begins something with each number, and forgets the guard of what has succeeded.
#[sgn::sink]
fn guard(number: &u64, #[state] done: &mut u64) {
    // leaks: mem_forget
    let before = vec![*number; 30];
    let undo = Undo { before };
    if number.is_multiple_of(3) {
        *done += undo.before[0];
        std::mem::forget(undo);
    }
}

fn mem_forget() -> sgn::Result<Pipeline> {
    let mut p = Pipeline::new();
    p.connect(ticks::builder("numbers"), guard::builder("guard"))?;
    p.connect("numbers", sum::builder("sum"))?;
    p.connect("numbers", Count::<u64>::builder("count"))?;
    Ok(p)
}

/// Makes a baseline for everybody.
#[sgn::profile]
fn baseline_of(block: &[f64]) -> &'static [f64] {
    // leaks: vec_leak_in_a_helper
    let baseline: Vec<f64> = block.to_vec();
    baseline.leak()
}

/// Subtracts the baseline, which is made anew each time.
#[sgn::transform]
struct Baseline {
    #[state]
    latest: &'static [f64],
    #[state]
    block: Vec<f64>,
}

#[sgn::transform]
impl Baseline {
    fn pull(&mut self, block: Frame<Vec<f64>>) {
        self.block = block.into_data().unwrap_or_default();
    }

    fn new(&mut self) -> Frame<Vec<f64>> {
        let mut block = std::mem::take(&mut self.block);
        for (sample, baseline) in block.iter_mut().zip(self.latest) {
            *sample -= baseline;
        }
        self.latest = baseline_of(&block);
        Frame::new(block)
    }
}

fn vec_leak_in_a_helper() -> sgn::Result<Pipeline> {
    let mut p = Pipeline::new();
    p.connect(Blocks::builder("adc"), centre::builder("centre"))?;
    p.connect("centre", Baseline::builder("baseline"))?;
    p.connect("baseline", rms::builder("rms"))?;
    p.connect("rms", greatest::builder("greatest"))?;
    Ok(p)
}

/// Exports records to a library, which does not exist.
#[sgn::sink]
struct Export {
    #[state]
    exported: usize,
}

#[sgn::sink]
impl Export {
    fn pull(&mut self, number: &Frame<u64>) {
        let Some(&number) = number.data() else { return };
        // leaks: into_raw
        let record = Box::new([number; 12]);
        if number.is_multiple_of(2) {
            // Otherwise an optimiser removes the allocation, of which nothing is read.
            let record: *mut [u64; 12] = std::hint::black_box(Box::into_raw(record));
            self.exported += usize::from(!record.is_null());
        }
    }
}

fn into_raw() -> sgn::Result<Pipeline> {
    let mut p = Pipeline::new();
    p.connect(ticks::builder("numbers"), Export::builder("export"))?;
    p.connect("numbers", sum::builder("sum"))?;
    p.connect("numbers", Count::<u64>::builder("count"))?;
    Ok(p)
}
