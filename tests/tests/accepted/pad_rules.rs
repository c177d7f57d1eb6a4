//! The options about pads, kept.
use sgn::prelude::*;

#[sgn::transform]
struct Each;

#[sgn::transform(num_pads(sinks = 2, sources = 2))]
impl Each {
    fn pull(&mut self, a: &Frame<u8>) {
        let _ = a;
    }

    fn pull_b(&mut self, b: &Frame<u8>) {
        let _ = b;
    }

    fn new_a(&mut self) -> Frame<u8> {
        Frame::new(1)
    }

    fn new_b(&mut self) -> Frame<u8> {
        Frame::new(2)
    }
}

#[sgn::sink(single_pad, eos = any)]
fn show(x: &u8) {
    let _ = x;
}

#[test]
fn it_runs() -> sgn::Result<()> {
    let mut pipeline = Pipeline::new();
    pipeline.add(Each::builder("each"))?;
    pipeline.add(show::builder("show"))?;
    Ok(())
}
