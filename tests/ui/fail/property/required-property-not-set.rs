//! mistakes: 1

use sgn::prelude::*;

#[sgn::source]
struct Counter {
    #[prop]
    a: u32,
    #[prop]
    b: u32,
}

#[sgn::source]
impl Counter {
    fn new(&mut self) -> Frame<u32> {
        Frame::new(self.a + self.b)
    }
}

fn main() -> sgn::Result<()> {
    let mut pipeline = Pipeline::new();
    pipeline.add(Counter::builder("src").b(16))?;
    Ok(())
}
