//! No unsafe code anywhere.
#![forbid(unsafe_code)]

use sgn::prelude::*;

/// Counts.
#[sgn::source]
#[derive(Debug)]
pub struct Counter {
    #[state]
    count: u32,
    #[state]
    history: Vec<Option<Box<u32>>>,
}

#[sgn::source]
impl Counter {
    fn new(&mut self) -> Frame<u32> {
        self.count += 1;
        self.history.push(Some(Box::new(self.count)));
        Frame::new(self.count).with_eos(self.count == 3)
    }
}

/// Shows.
#[sgn::sink]
fn show(number: &u32) {
    assert!(*number > 0);
}

fn main() -> sgn::Result<()> {
    let mut pipeline = Pipeline::new();
    let source = pipeline.add(Counter::builder("src"))?;
    let sink = pipeline.add(show::builder("snk"))?;
    pipeline.link(source.out, sink.number)?;
    pipeline.run()?;
    Ok(())
}
