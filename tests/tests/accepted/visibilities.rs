//! Public elements of crate-private parts, and private elements.
use sgn::prelude::*;

pub(crate) struct Inside;

#[sgn::source]
pub(crate) struct Counter {
    #[prop(default = 3)]
    pub(crate) last: u32,
    #[state]
    pub count: u32,
}

#[sgn::source]
impl Counter {
    pub fn new(&mut self) -> Frame<Inside> {
        self.count += 1;
        Frame::new(Inside).with_eos(self.count == self.last)
    }

    pub(crate) fn count(&self) -> u32 {
        self.count
    }
}

#[sgn::sink]
fn private(inside: Inside) {
    drop(inside);
}

#[test]
fn it_runs() -> sgn::Result<()> {
    let mut pipeline = Pipeline::new();
    let source = pipeline.add(Counter::builder("src"))?;
    let sink = pipeline.add(private::builder("snk"))?;
    pipeline.link(source.out, sink.inside)?;
    pipeline.run()?;
    assert_eq!(pipeline.element(&source)?.count(), 3);
    Ok(())
}
