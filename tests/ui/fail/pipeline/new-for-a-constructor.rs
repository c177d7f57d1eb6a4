//! mistakes: 1

use sgn::prelude::*;

#[sgn::source]
struct Counter {
    #[state]
    count: u32,
}

#[sgn::source]
impl Counter {
    fn new(&mut self) -> Frame<u32> {
        self.count += 1;
        Frame::new(self.count)
    }
}

fn main() -> sgn::Result<()> {
    let mut pipeline = Pipeline::new();
    pipeline.add(Counter::new("src"))?;
    Ok(())
}
