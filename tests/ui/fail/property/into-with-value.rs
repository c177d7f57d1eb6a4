//! mistakes: 1

use sgn::prelude::*;

#[sgn::source]
struct Counter {
    #[prop(into = true)]
    a: u32,
}

#[sgn::source]
impl Counter {
    fn new(&mut self) -> Frame<u32> {
        Frame::new(self.a)
    }
}

fn main() {}
