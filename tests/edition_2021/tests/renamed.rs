//! A crate that has no `sgn` at all: its manifest calls it `engine`, and `crate = engine` tells the macros.

use engine::prelude::*;

/// Counts.
#[engine::source(crate = engine)]
#[derive(Debug)]
struct Counter {
    #[prop(range = 1..)]
    last: u32,
    #[state]
    count: u32,
}

#[engine::source(crate = engine)]
impl Counter {
    fn new(&mut self) -> Result<Frame<u32>, std::fmt::Error> {
        self.count += 1;
        Ok(Frame::new(self.count).with_eos(self.count == self.last))
    }
}

#[engine::transform(crate = ::engine)]
fn double(number: u32, #[prop(default = 2)] factor: u32) -> Option<u32> {
    number.checked_mul(factor)
}

#[engine::profile(crate = engine)]
fn helper(number: u32) -> String {
    let text = number.to_string();
    text + "!"
}

#[engine::sink(crate = engine, eos = all)]
fn keep(number: u32, #[state] texts: &mut Vec<String>) {
    texts.push(helper(number));
}

#[test]
fn a_renamed_crate_makes_elements() -> engine::Result<()> {
    let mut pipeline = Pipeline::new();
    let source = pipeline.add(Counter::builder("src").last(3))?;
    let double = pipeline.add(double::builder("double"))?;
    let sink = pipeline.add(keep::builder("snk"))?;
    pipeline.link(source.out, double.number)?;
    pipeline.link(double.out, sink.number)?;
    pipeline.run()?;
    assert_eq!(pipeline.element(&sink)?.texts, ["2!", "4!", "6!"]);
    Ok(())
}
