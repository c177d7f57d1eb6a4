use sgn::prelude::*;

struct Counter {
    count: u32,
}

#[sgn::source]
impl Counter {
    fn new(&mut self) -> Frame<u32> {
        Frame::new(self.count)
    }
}

fn main() {}
