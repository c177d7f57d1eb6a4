//! A source of `Frame 1`, `Frame 2`, ... and a sink that prints them.
//!
//! `SGNLOGLEVEL=pipeline:MEMPROF cargo run --example quickstart` adds the memory report.

use sgn::prelude::*;

sgn::counting_allocator!();

/// Emits `Frame 1`, `Frame 2`, ... and ends with frame `max_frames`.
#[sgn::source]
struct Counter {
    /// How many frames to emit.
    #[prop(default = 10, range = 1..=1000)]
    max_frames: u32,
    #[state]
    count: u32,
}

#[sgn::source]
impl Counter {
    fn new(&mut self) -> Frame<String> {
        self.count += 1;
        Frame::new(format!("Frame {}", self.count)).with_eos(self.count >= self.max_frames)
    }
}

/// Prints what it is shown.
#[sgn::sink]
fn print(text: &String) {
    println!("Received: {text}");
}

fn main() -> sgn::Result<()> {
    let mut p = Pipeline::new();
    let src = p.add(Counter::builder("src"))?;
    let snk = p.add(print::builder("snk"))?;
    p.link(src.out, snk.text)?;
    p.run()
}
