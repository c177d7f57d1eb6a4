//! mistakes: 3

use sgn::elements::{IterSource, NullSink};
use sgn::prelude::*;

fn main() -> sgn::Result<()> {
    let mut pipeline = Pipeline::new();
    let source = pipeline.add(IterSource::<u32>::builder("src").source_pads(["H1"]))?;
    let null = pipeline.add(NullSink::<u32>::builder("null").sink_pads(["in"]))?;
    pipeline.link("src:src:H1", "null:snk:in")?;
    pipeline.link(source.out["H1"], "null:snk:in")?;
    pipeline.link(String::from("src:src:H1"), null.frame["in"])?;
    Ok(())
}
