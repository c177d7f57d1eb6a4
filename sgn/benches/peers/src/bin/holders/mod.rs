//! Censuses of a pipeline beside threads, on the allocator of the program that contains this.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::{hint, thread};

use sgn::elements::IterSource;
use sgn::memory::{self, HolderKind};
use sgn::prelude::*;

/// Keeps one text in ten, and counts their words.
#[sgn::sink]
fn sparse(
    text: String,
    #[state] seen: &mut usize,
    #[state] kept: &mut Vec<String>,
    #[state] words: &mut HashMap<String, usize>,
) {
    *seen += 1;
    for word in text.split(' ') {
        *words.entry(word.to_owned()).or_default() += 1;
    }
    if seen.is_multiple_of(10) {
        kept.push(text);
    }
}

/// Asserts that each of some censuses adds up, and that the texts have the right holder.
pub fn run(name: &str) {
    const TEXTS: usize = 5_000;
    assert!(memory::enable());
    let texts =
        (0..TEXTS).map(|number| format!("text {} of {}", number % 97, "x".repeat(number % 2_000)));
    let mut pipeline = Pipeline::new();
    let source = IterSource::builder("src").iter("out", texts);
    pipeline
        .connect(source, sparse::builder("sparse"))
        .expect("pads that fit");
    pipeline.run().expect("a run without errors");

    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        for seed in 1..=4 {
            let stop = &stop;
            scope.spawn(move || {
                let mut size = seed;
                while !stop.load(Relaxed) {
                    size = size * 31 % 20_011 + 1;
                    hint::black_box(vec![1_u8; size]);
                }
            });
        }
        for _ in 0..20 {
            check(&mut pipeline, TEXTS / 10);
        }
        stop.store(true, Relaxed);
    });
    println!("{name}_holders_ok 20 censuses");
}

fn check(pipeline: &mut Pipeline, kept: usize) {
    let holders = pipeline.holders().expect("a census");
    let sum = |of: &dyn Fn(&memory::HeldLine<'_>) -> bool| {
        let lines = holders.lines().filter(|line| of(line));
        lines.fold((0, 0), |(bytes, blocks), line| {
            (bytes + line.bytes, blocks + line.blocks)
        })
    };
    let (all, live, not_found) = (
        sum(&|_| true),
        holders.snapshot().total(),
        holders.not_found(),
    );
    assert_eq!(all.0 + not_found.0, live.live_bytes, "bytes");
    assert_eq!(all.1 + not_found.1, live.live_blocks, "blocks");
    if let Some(doubt) = holders.doubt() {
        println!("a census with a doubt: {doubt}");
        return;
    }
    let texts = sum(&|line| {
        let is_text = line.owner.name().as_str() == "src:src:out";
        is_text
            && line.holder.kind() == HolderKind::Field
            && line.holder.names().eq(["sparse.kept"])
    });
    assert_eq!(texts.1, kept as u64, "{holders:?}");
}
