//! mistakes: 1

use sgn::prelude::*;

#[sgn::sink]
struct Print;

#[sgn::sink]
impl Print {
    fn pull(&mut self, number: Frame<u32>) {
        drop(number)
    }
}

fn main() -> sgn::Result<()> {
    let mut pipeline = Pipeline::new();
    pipeline.add(Print::builder("snk").sink_pads(["H1", "L1"]))?;
    Ok(())
}
