//! mistakes: 3

use sgn::elements::{IterSource, NullSink};
use sgn::prelude::*;

#[sgn::sink]
fn print(number: &u32) {
    println!("{number}");
}

fn main() -> sgn::Result<()> {
    let mut pipeline = Pipeline::new();
    let source = pipeline.add(IterSource::<u32>::builder("src").source_pads(["H1"]))?;
    let print = pipeline.add(print::builder("print"))?;
    let null = pipeline.add(NullSink::<u32>::builder("null").sink_pads(["in"]))?;
    pipeline.link(source.out, print.number)?;
    pipeline.link(source.out["H1"], null.frame.clone())?;
    pipeline.link(source.out.clone(), null.frame)?;
    Ok(())
}
