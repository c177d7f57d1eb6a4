//! mistakes: 1

use sgn::prelude::*;

#[sgn::source]
struct Counter;

#[sgn::source]
impl Counter {
    #[pads(static)]
    fn new(&mut self) -> Frame<u32> {
        Frame::new(1)
    }
}

fn main() {}
