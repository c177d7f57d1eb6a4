//! mistakes: 1

use sgn::prelude::*;

#[sgn::source]
struct Counter {
    #[prop(default = 1)]
    a: u32,
}

#[sgn::source]
impl Counter {
    fn new(&mut self) -> Frame<u32> {
        Frame::new(self.a)
    }
}

fn main() -> sgn::Result<()> {
    let mut pipeline = Pipeline::new();
    pipeline.add(Counter::builder("src").rate(1))?;
    Ok(())
}
