//! A pad and a callback that exist in some builds only.
use sgn::prelude::*;

#[sgn::source]
struct Clocks;

#[sgn::source]
impl Clocks {
    fn new(&mut self) -> Frame<u32> {
        Frame::new(1).with_eos(true)
    }

    #[cfg(any())]
    fn new_never(&mut self) -> Frame<Missing> {
        Missing::new()
    }

    #[cfg(not(any()))]
    fn new_always(&mut self) -> Frame<u64> {
        Frame::new(2).with_eos(true)
    }

    #[cfg(any())]
    fn internal(&mut self) {
        missing();
    }

    #[cfg(not(any()))]
    fn on_startup(&mut self) {}

    #[cfg(any())]
    fn helper(&self) -> Missing {
        missing()
    }
}

#[sgn::sink]
struct Show;

#[sgn::sink(eos = all)]
impl Show {
    fn pull(&mut self, number: &Frame<u32>) {
        assert!(number.is_eos());
    }

    #[cfg(not(any()))]
    fn pull_always(&mut self, number: Frame<u64>) {
        assert!(number.is_eos());
    }

    #[cfg(any())]
    fn pull_never(&mut self, number: Frame<Missing>) {
        missing(number);
    }
}

#[test]
fn it_runs() -> sgn::Result<()> {
    let mut pipeline = Pipeline::new();
    let source = pipeline.add(Clocks::builder("src"))?;
    let sink = pipeline.add(Show::builder("snk"))?;
    pipeline.link(source.out, sink.number)?;
    pipeline.link(source.always, sink.always)?;
    pipeline.run()?;
    Ok(())
}
