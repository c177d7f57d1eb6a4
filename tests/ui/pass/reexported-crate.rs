//! The crate under another path.
mod vendor {
    pub mod engine {
        pub use ::sgn::*;
    }
}

use vendor::engine::Frame;

#[::sgn::source(crate = crate::vendor::engine)]
struct Counter {
    #[prop]
    last: u32,
    #[state]
    count: u32,
}

#[::sgn::source(crate = crate::vendor::engine)]
impl Counter {
    fn new(&mut self) -> Frame<u32> {
        self.count += 1;
        Frame::new(self.count).with_eos(self.count >= self.last)
    }
}

#[::sgn::sink(crate = vendor::engine, eos = all)]
fn show(number: &u32) {
    assert!(*number > 0);
}

fn main() -> vendor::engine::Result<()> {
    let mut pipeline = vendor::engine::Pipeline::new();
    let source = pipeline.add(Counter::builder("src").last(2))?;
    let sink = pipeline.add(show::builder("snk"))?;
    pipeline.link(source.out, sink.number)?;
    pipeline.run()
}
