//! The pipeline of the Python SGN's tutorial on memory profiling: a source that counts, a sink that prints.
//!
//! `peers/python/tutorial.py` is the same in Python. As there, nothing in the program asks for the
//! report: `SGNLOGLEVEL` does.

#![expect(clippy::print_stdout, reason = "the sink of the tutorial prints")]

use sgn::prelude::*;

#[sgn::source]
fn counter(#[state] count: &mut u64, #[prop] strides: u64) -> Frame<String> {
    *count += 1;
    Frame::new(format!("Frame {count}")).with_eos(*count == strides)
}

#[sgn::sink]
fn print(text: &String) {
    println!("Received: {text}");
}

/// Runs `tutorial`; whether that is the `name`.
pub(super) fn run(name: &str, strides: u64) -> bool {
    if name != "tutorial" {
        return false;
    }
    let mut pipeline = Pipeline::new();
    let source = counter::builder("source").strides(strides);
    let source = pipeline.add(source).expect("the name is free");
    let sink = pipeline.add(print::builder("sink"));
    let sink = sink.expect("the name is free");
    pipeline.link(source.out, sink.text).expect("a link");
    pipeline.run().expect("nothing fails");
    true
}
