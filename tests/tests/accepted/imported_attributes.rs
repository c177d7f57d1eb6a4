//! The attributes by their names alone, and under other names.
use sgn::prelude::*;
use sgn::{sink, source, transform as filter};

#[source]
struct One;

#[source]
impl One {
    fn new(&mut self) -> Frame<u32> {
        Frame::new(1).with_eos(true)
    }
}

#[filter]
fn double(x: u32) -> u32 {
    x * 2
}

#[sink]
fn show(x: u32) {
    assert_eq!(x, 2);
}

#[test]
fn it_runs() -> sgn::Result<()> {
    let mut pipeline = Pipeline::new();
    let source = pipeline.add(One::builder("src"))?;
    let double = pipeline.add(double::builder("double"))?;
    let sink = pipeline.add(show::builder("snk"))?;
    pipeline.link(source.out, double.x)?;
    pipeline.link(double.out, sink.x)?;
    pipeline.run()?;
    Ok(())
}
