//! Structs without fields in both forms.
use sgn::prelude::*;

#[sgn::source]
struct Unit;

#[sgn::source]
impl Unit {
    fn new(&mut self) -> Frame<()> {
        Frame::eos()
    }
}

#[sgn::sink]
struct Braces {}

#[sgn::sink]
impl Braces {
    fn pull(&mut self, nothing: Frame<()>) {
        assert!(nothing.is_eos());
    }
}

#[test]
fn it_runs() -> sgn::Result<()> {
    let mut pipeline = Pipeline::new();
    let source = pipeline.add(Unit::builder("src"))?;
    let sink = pipeline.add(Braces::builder("snk"))?;
    pipeline.link(source.out, sink.nothing)?;
    pipeline.run()?;
    Ok(())
}
