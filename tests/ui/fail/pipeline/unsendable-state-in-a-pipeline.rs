//! mistakes: 1

use sgn::prelude::*;

use std::rc::Rc;

#[sgn::source]
struct Counter {
    #[state]
    count: Rc<u32>,
}

#[sgn::source]
impl Counter {
    fn new(&mut self) -> Frame<u32> {
        Frame::new(*self.count)
    }
}

fn main() -> sgn::Result<()> {
    let mut pipeline = Pipeline::new();
    pipeline.add(Counter::builder("src"))?;
    pipeline.run()
}
