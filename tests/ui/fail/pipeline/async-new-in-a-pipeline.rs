//! mistakes: 1

use sgn::prelude::*;

#[sgn::source]
struct Counter;

#[sgn::source]
impl Counter {
    async fn new(&mut self) -> Frame<u32> {
        Frame::new(1)
    }
}

#[sgn::sink]
fn print(number: &u32) {
    println!("{number}");
}

fn main() -> sgn::Result<()> {
    let mut pipeline = Pipeline::new();
    let source = pipeline.add(Counter::builder("src"))?;
    let sink = pipeline.add(print::builder("snk"))?;
    pipeline.link(source.out, sink.number)?;
    Ok(())
}
