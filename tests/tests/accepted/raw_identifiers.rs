//! Keywords as names of elements, fields, pads and functions.
use sgn::prelude::*;

#[sgn::source]
struct r#Match {
    #[prop(default = 1)]
    r#type: u32,
    #[state]
    r#loop: u32,
}

#[sgn::source]
impl r#Match {
    fn new_fn(&mut self) -> Frame<u32> {
        self.r#loop += self.r#type;
        Frame::new(self.r#loop).with_eos(true)
    }
}

#[sgn::transform]
fn r#where(r#in: u32, #[prop(default = 2)] r#use: u32) -> u32 {
    r#in * r#use
}

#[sgn::sink]
struct Show;

#[sgn::sink]
impl Show {
    fn pull(&mut self, r#in: &Frame<u32>) {
        assert_eq!(r#in.data(), Some(&12));
    }
}

#[test]
fn it_runs() -> sgn::Result<()> {
    let mut pipeline = Pipeline::new();
    let source = pipeline.add(r#Match::builder("src").r#type(4))?;
    let gain = pipeline.add(r#where::builder("gain").r#use(3))?;
    let sink = pipeline.add(Show::builder("snk"))?;
    pipeline.link(source.r#fn, gain.r#in)?;
    pipeline.link(gain.out, sink.r#in)?;
    pipeline.run()?;
    Ok(())
}
