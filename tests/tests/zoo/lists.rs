//! Leaks in what an element holds by way of pointers: lists, trait objects, callbacks, weak references, pools.

use std::sync::{Arc, Weak};

use sgn::prelude::*;

use crate::case::{Case, Source, source};
use crate::parts::{Blocks, Count, centre, gain, greatest, rms, sum, thin, ticks};

const HERE: Source = source!("lists.rs");

pub(crate) const CASES: &[Case] = &[
    // A node is two words for the value and one for the next node.
    Case::leaks(
        "nested_option_box",
        nested_option_box,
        HERE.leak("trail:snk:value", &["trail.head"], (24.0, 24.0)),
    ),
    // 48 bytes of a rule in every fourth stride.
    Case::leaks(
        "trait_objects",
        trait_objects,
        HERE.leak("filter:src:out", &["filter.rules"], (12.0, 12.0)),
    ),
    // A callback with 64 bytes of its own in every stride.
    Case::leaks(
        "subscriptions",
        subscriptions,
        HERE.leak("hub:snk:number", &["hub.subscribers"], (64.0, 64.0)),
    ),
    // 16 bytes of counts and 400 of samples, which nobody can read any more.
    Case::leaks(
        "weak_keeps_blocks",
        weak_keeps_blocks,
        HERE.leak("share:src:out", &["watch.seen"], (416.0, 416.0)),
    ),
    // A buffer of 512 bytes in every second stride, as one of two finds its way back.
    Case::leaks(
        "pool_never_given_back",
        pool_never_given_back,
        HERE.leak(
            "render:src:out",
            &["render.lent", "render.pool"],
            (256.0, 256.0),
        ),
    ),
    // Two sinks share each block: 16 bytes of counts and 240 of samples.
    Case::leaks(
        "arc_kept_by_two",
        arc_kept_by_two,
        HERE.leak(
            "shared:src:out",
            &["left.kept", "right.kept"],
            (256.0, 256.0),
        ),
    ),
    // 40 words in a box within a vector within an option, every fifth stride.
    Case::leaks(
        "option_of_vec_of_box",
        option_of_vec_of_box,
        HERE.leak("plan:snk:number", &["plan.steps"], (64.0, 64.0)),
    ),
    // 48 bytes a stride, while a table of the same element becomes smaller by 64.
    Case::leaks(
        "while_a_table_shrinks",
        while_a_table_shrinks,
        HERE.leak("move:snk:number", &["move.moved"], (48.0, 48.0)),
    ),
    // 80 bytes in every second stride, of a run that is short.
    Case::leaks(
        "short_run",
        short_run,
        HERE.leak("notes:snk:number", &["notes.pages"], (40.0, 40.0)),
    )
    .strides(600),
];

struct Node {
    value: f64,
    stride: u64,
    next: Option<Box<Node>>,
}

/// A list of all values, the newest first.
#[sgn::sink]
struct Trail {
    #[state]
    head: Option<Box<Node>>,
    #[state]
    stride: u64,
    #[state]
    ages: u64,
}

#[sgn::sink]
impl Trail {
    fn pull(&mut self, value: &Frame<f64>) {
        let Some(&value) = value.data() else { return };
        self.stride += 1;
        let (stride, next) = (self.stride, self.head.take());
        // leaks: nested_option_box
        let node = Box::new(Node {
            value,
            stride,
            next,
        });
        self.ages += node.next.as_ref().map_or(0, |older| {
            u64::from(older.value < node.value) + node.stride - older.stride
        });
        self.head = Some(node);
    }
}

impl Drop for Trail {
    fn drop(&mut self) {
        while let Some(mut node) = self.head.take() {
            self.head = node.next.take();
        }
    }
}

fn nested_option_box() -> sgn::Result<Pipeline> {
    let mut p = Pipeline::new();
    p.connect(Blocks::builder("adc"), rms::builder("rms"))?;
    p.connect("rms", Trail::builder("trail"))?;
    p.connect("rms", greatest::builder("greatest"))?;
    Ok(p)
}

trait Rule: Send {
    fn admits(&self, number: u64) -> bool;
}

struct Residues([u64; 6]);

impl Rule for Residues {
    fn admits(&self, number: u64) -> bool {
        self.0.contains(&(number % 97))
    }
}

struct Even;

impl Rule for Even {
    fn admits(&self, number: u64) -> bool {
        number.is_multiple_of(2)
    }
}

/// Learns rules, and never forgets one.
#[sgn::transform]
fn filter(
    number: u64,
    #[state(vec![Box::new(Even)])] rules: &mut Vec<Box<dyn Rule>>,
) -> Option<u64> {
    if number.is_multiple_of(4) {
        // leaks: trait_objects
        let rule = Box::new(Residues([number % 97; 6]));
        rules.push(rule);
    }
    let newest = rules.iter().rev().take(16);
    newest
        .filter(|rule| rule.admits(number))
        .count()
        .gt(&0)
        .then_some(number)
}

fn trait_objects() -> sgn::Result<Pipeline> {
    let mut p = Pipeline::new();
    p.connect(ticks::builder("numbers"), filter::builder("filter"))?;
    p.connect("filter", thin::builder("thin"))?;
    p.connect("thin", sum::builder("sum"))?;
    Ok(p)
}

type Callback = Box<dyn FnMut(u64) -> u64 + Send>;

/// Subscribes to itself for each number, and calls the newest subscribers.
#[sgn::sink]
struct Hub {
    #[state]
    subscribers: Vec<Callback>,
    #[state]
    told: u64,
}

#[sgn::sink]
impl Hub {
    fn pull(&mut self, number: &Frame<u64>) {
        let Some(&number) = number.data() else { return };
        let mut last = [number; 8];
        let subscriber = move |number: u64| {
            last.rotate_left(1);
            std::mem::replace(&mut last[7], number)
        };
        // leaks: subscriptions
        let subscriber: Callback = Box::new(subscriber);
        self.subscribers.push(subscriber);
        for subscriber in self.subscribers.iter_mut().rev().take(4) {
            self.told += subscriber(number);
        }
    }
}

fn subscriptions() -> sgn::Result<Pipeline> {
    let mut p = Pipeline::new();
    p.connect(ticks::builder("events"), Hub::builder("hub"))?;
    p.connect("events", thin::builder("thin").keep(3))?;
    p.connect("thin", sum::builder("sum"))?;
    Ok(p)
}

type Shared = Arc<[f64; 50]>;

#[sgn::transform]
fn share(block: &Vec<f64>) -> Shared {
    let mut samples = [0.0; 50];
    for (sample, value) in samples.iter_mut().zip(block) {
        *sample = *value;
    }
    // leaks: weak_keeps_blocks
    Arc::new(samples)
}

/// Watches which blocks are still in use, by references that do not count as uses but keep the memory.
#[sgn::sink]
struct Watch {
    #[state]
    seen: Vec<Weak<[f64; 50]>>,
    #[state]
    in_use: usize,
}

#[sgn::sink]
impl Watch {
    fn pull(&mut self, block: &Frame<Shared>) {
        self.seen.extend(block.data().map(Arc::downgrade));
        let newest = self.seen.iter().rev().take(4);
        self.in_use = newest.filter(|block| block.strong_count() > 0).count();
    }
}

fn weak_keeps_blocks() -> sgn::Result<Pipeline> {
    let mut p = Pipeline::new();
    p.connect(Blocks::builder("adc"), share::builder("share"))?;
    p.connect("share", Watch::builder("watch"))?;
    p.connect("share", Count::<Shared>::builder("count"))?;
    Ok(p)
}

/// Buffers that are lent and given back.
#[derive(Default)]
struct Pool {
    free: Vec<Vec<u8>>,
    lent: Vec<Vec<u8>>,
}

#[sgn::profile]
impl Pool {
    fn take(&mut self) -> Vec<u8> {
        match self.free.pop() {
            Some(buffer) => buffer,
            None => {
                // leaks: pool_never_given_back
                vec![0; 512]
            }
        }
    }
}

/// Draws into buffers of a pool; those of even numbers are filed as lent and forgotten.
#[sgn::transform]
fn render(number: &u64, #[state] pool: &mut Pool) -> u64 {
    let mut buffer = pool.take();
    buffer[0] = *number as u8;
    let drawn = buffer.iter().map(|byte| u64::from(*byte)).sum();
    if number.is_multiple_of(2) {
        pool.lent.push(buffer);
    } else {
        pool.free.push(buffer);
    }
    drawn
}

fn pool_never_given_back() -> sgn::Result<Pipeline> {
    let mut p = Pipeline::new();
    p.connect(ticks::builder("scenes"), render::builder("render"))?;
    p.connect("render", sum::builder("screen"))?;
    p.connect("scenes", Count::<u64>::builder("count"))?;
    Ok(p)
}

type Block = Arc<[f64; 30]>;

#[sgn::transform]
fn shared(block: &Vec<f64>) -> Option<Block> {
    let (samples, _) = block.as_chunks();
    let samples = samples.first()?;
    // leaks: arc_kept_by_two
    Some(Arc::new(*samples))
}

/// Keeps all blocks.
#[sgn::sink]
struct Keep {
    #[state]
    kept: Vec<Block>,
}

#[sgn::sink]
impl Keep {
    fn pull(&mut self, block: Frame<Block>) {
        self.kept.extend(block.into_data());
    }
}

fn arc_kept_by_two() -> sgn::Result<Pipeline> {
    let mut p = Pipeline::new();
    p.connect(Blocks::builder("adc"), gain::builder("gain"))?;
    p.connect("gain", centre::builder("centre"))?;
    p.connect("centre", shared::builder("shared"))?;
    p.connect("shared", Keep::builder("left"))?;
    p.connect("shared", Keep::builder("right"))?;
    Ok(p)
}

type Steps = Option<Vec<Option<Box<[u64; 40]>>>>;

/// Plans a step for every fifth number, and carries none out.
#[sgn::sink]
fn plan(number: &u64, #[state] steps: &mut Steps) {
    if number.is_multiple_of(5) {
        // leaks: option_of_vec_of_box
        let step = Box::new([*number; 40]);
        steps.get_or_insert_default().push(Some(step));
    }
}

fn option_of_vec_of_box() -> sgn::Result<Pipeline> {
    let mut p = Pipeline::new();
    p.connect(ticks::builder("numbers"), plan::builder("plan"))?;
    p.connect("numbers", thin::builder("thin"))?;
    p.connect("thin", sum::builder("sum"))?;
    Ok(p)
}

/// Moves rows to where they take less, and never stops to.
#[sgn::sink]
struct Move {
    #[state((0..6000).map(|row| Box::new([row; 8])).collect())]
    rows: Vec<Box<[u64; 8]>>,
    #[state]
    moved: Vec<Box<[u32; 12]>>,
}

#[sgn::sink]
impl Move {
    fn pull(&mut self, number: &Frame<u64>) {
        let first = self.rows.pop().map_or(0, |row| row[0]);
        let second = number.data().copied().unwrap_or_default();
        // leaks: while_a_table_shrinks
        let moved = Box::new([(first + second) as u32; 12]);
        self.moved.push(moved);
    }
}

fn while_a_table_shrinks() -> sgn::Result<Pipeline> {
    let mut p = Pipeline::new();
    p.connect(ticks::builder("numbers"), Move::builder("move"))?;
    p.connect("numbers", thin::builder("thin"))?;
    p.connect("thin", sum::builder("sum"))?;
    Ok(p)
}

/// Notes every second number on a page, and files the pages.
#[sgn::sink]
fn notes(number: &u64, #[state] pages: &mut Vec<Option<Box<[u64; 10]>>>) {
    if number.is_multiple_of(2) {
        // leaks: short_run
        let page = Box::new([*number; 10]);
        pages.push(Some(page));
    }
}

fn short_run() -> sgn::Result<Pipeline> {
    let mut p = Pipeline::new();
    p.connect(ticks::builder("numbers"), notes::builder("notes"))?;
    p.connect("numbers", thin::builder("thin"))?;
    p.connect("thin", sum::builder("sum"))?;
    Ok(p)
}
