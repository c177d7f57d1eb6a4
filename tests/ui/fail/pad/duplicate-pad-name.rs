//! mistakes: 1

use sgn::prelude::*;

#[sgn::source]
struct Counter;

#[sgn::source]
impl Counter {
    #[pad("H1")]
    fn new_a(&mut self) -> Frame<u32> {
        Frame::new(1)
    }

    #[pad("H1")]
    fn new_b(&mut self) -> Frame<u32> {
        Frame::new(2)
    }
}

fn main() {}
