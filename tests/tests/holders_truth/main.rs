//! A stream of which it is known at any moment who holds each block of a payload: the elements tell it from their
//! fields, and the counters of the lines that allocate payloads confirm that no block is missing.
//!
//! A program without harness, which is the only user of its allocator.

#![expect(clippy::print_stdout, reason = "says what was compared")]

mod blocks;
mod compare;
mod dice;
mod messages;
mod payloads;
mod truth;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::sync::mpsc::channel;

use parking_lot::Mutex;
use sgn::elements::NullSink;
use sgn::memory::{self, Snapshot};
use sgn::prelude::*;

use blocks::{Any, Classify, Delay, Meter, Newest, Pile, Share, Window};
use compare::Score;
use messages::{Drain, Feed, Names, Places};
use payloads::{Adc, Label, Messages};
use truth::{Tell, Truth};

sgn::counting_allocator!(holders);

/// The number of times at which the truth is compared.
const MOMENTS: u64 = 60;

/// The share of bytes, in per cent, whose holders a census must at least name.
const LEAST_RIGHT: f64 = 98.0;

/// The share of bytes, in per cent, for which it may name a single holder that is wrong.
const MOST_WRONG: f64 = 0.1;

/// The sources with lines that allocate payloads.
const SOURCES: [(&str, &str); 3] = [
    ("blocks.rs", include_str!("blocks.rs")),
    ("main.rs", include_str!("main.rs")),
    ("payloads.rs", include_str!("payloads.rs")),
];

/// The holders that there are.
const HOLDERS: [&str; 16] = [
    "any.batches",
    "classify.groups",
    "delay.due",
    "delay.ring",
    "drain.receiver",
    "drain.second",
    "feed.sender",
    "names.all",
    "names.latest",
    "newest.batches",
    "pile.best",
    "pile.pile",
    "places.places",
    "share.latest",
    "window.recent",
    "window.spare",
];

fn pipeline() -> sgn::Result<Pipeline> {
    let mut p = Pipeline::new();
    let adc = p.add(Adc::builder("adc"))?;
    p.connect("adc", Window::builder("window"))?;
    let level = NullSink::<f64>::builder("level").sink_pads(["level"]);
    p.connect_by("window", level, [("out", "level")])?;

    let classify = p.add(Classify::builder("classify"))?;
    let delay = p.add(Delay::builder("delay"))?;
    // payload
    p.link(adc.out, classify.block)?;
    // payload
    p.link(adc.out, delay.block)?;
    p.connect("classify", Share::builder("share"))?;
    p.connect("share", Newest::builder("newest"))?;
    p.connect("share", Any::builder("any"))?;
    p.connect("delay", Pile::builder("pile"))?;
    p.connect(Adc::builder("looked_at"), Meter::builder("meter"))?;

    let (sender, receiver) = channel();
    let waiting = Arc::new(Mutex::new(VecDeque::with_capacity(1000)));
    let feed = Feed::builder("feed").sender(sender);
    p.add(Messages::builder("messages"))?;
    p.connect("messages", feed.waiting(Arc::clone(&waiting)))?;
    let drain = Drain::builder("drain").receiver(receiver);
    p.connect(drain.waiting(waiting), Places::builder("places"))?;
    p.connect("messages", Label::builder("label"))?;
    p.connect("label", Names::builder("names"))?;
    Ok(p)
}

/// Asks the element of this name.
fn ask<E: sgn::element::Element + Tell>(pipeline: &Pipeline, name: &str, truth: &mut Truth) {
    let element: &E = pipeline.element_by_name(name).expect("it was added");
    element.tell(truth);
}

/// Asks all elements. Between two runs nothing is in flight.
fn ask_all(pipeline: &Pipeline, truth: &mut Truth) {
    truth.clear();
    ask::<Window>(pipeline, "window", truth);
    ask::<Classify>(pipeline, "classify", truth);
    ask::<Share>(pipeline, "share", truth);
    ask::<Newest>(pipeline, "newest", truth);
    ask::<Any>(pipeline, "any", truth);
    ask::<Delay>(pipeline, "delay", truth);
    ask::<Pile>(pipeline, "pile", truth);
    ask::<Feed>(pipeline, "feed", truth);
    ask::<Drain>(pipeline, "drain", truth);
    ask::<Places>(pipeline, "places", truth);
    ask::<Names>(pipeline, "names", truth);
    truth.sort();
}

/// The lines that allocate payloads: those after the comment `// payload`.
fn is_payload(file: &str, line: u32) -> bool {
    SOURCES.iter().any(|(name, text)| {
        let before = text.lines().nth(line as usize - 2);
        file.ends_with(&format!("holders_truth/{name}"))
            && before.is_some_and(|before| before.trim() == "// payload")
    })
}

/// The live bytes of the lines that allocate payloads.
fn counted(memory: &Snapshot) -> usize {
    let of_payloads = memory.sites().filter(|site| {
        site.mark
            .is_some_and(|mark| is_payload(mark.file(), mark.line()))
    });
    of_payloads.map(|site| site.usage.live_bytes as usize).sum()
}

fn main() -> sgn::Result<()> {
    assert!(memory::enable());
    let mut truth = Truth::with_capacity(10_000);
    let mut pipeline = pipeline()?;
    let mut bytes_of: BTreeMap<&str, usize> = BTreeMap::new();
    let (mut total, mut shared) = (0, 0);
    let mut score = Score::default();
    for moment in 0..MOMENTS {
        let options = RunOptions::new().handle_signals(false);
        pipeline.run_with(options.max_strides(17 + moment % 30))?;
        let counted = counted(&pipeline.memory());
        ask_all(&pipeline, &mut truth);
        let holders = pipeline.holders()?;
        let found: u64 = holders.lines().map(|line| line.bytes).sum();
        let live = holders.snapshot().total().live_bytes;
        assert_eq!(found + holders.not_found().0, live, "at {moment}");
        score.add(&truth, &holders, |mark| {
            is_payload(mark.file(), mark.line())
        });

        let told: usize = truth.blocks().map(|rows| rows[0].bytes).sum();
        assert_eq!(told, counted, "told (left), counted (right), at {moment}");
        for rows in truth.blocks() {
            let (start, bytes) = (rows[0].block.address(), rows[0].bytes);
            assert_eq!(truth.block_at(start), Some(rows));
            assert_eq!(truth.block_at(start + bytes - 1), Some(rows));
            assert_ne!(truth.block_at(start + bytes), Some(rows));
            assert!(rows.iter().all(|row| row.bytes == bytes), "{rows:?}");
            for row in rows {
                *bytes_of.entry(row.holder).or_default() += bytes;
            }
            total += bytes;
            shared += if rows.len() > 1 { bytes } else { 0 };
        }
    }
    println!("{MOMENTS} moments, {total} bytes, {shared} of them of several holders: {bytes_of:?}");
    let of_all = |bytes: u64| 100.0 * bytes as f64 / score.all as f64;
    let (right, wrong) = (of_all(score.right), of_all(score.wrong));
    println!("{right:.2} % right, {wrong:.2} % of a wrong field; more and less than the truth:");
    println!("{:#?}", score.differences);
    assert!(right >= LEAST_RIGHT, "{right:.2} % of the bytes are right");
    assert!(wrong <= MOST_WRONG, "{wrong:.2} % of the bytes are wrong");
    let holders: Vec<&str> = bytes_of.keys().copied().collect();
    assert_eq!(holders, HOLDERS, "holders (left), of which each is there");
    assert!(10 * shared > total, "too little is shared");
    Ok(())
}
