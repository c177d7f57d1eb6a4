//! mistakes: 1

use sgn::prelude::*;

#[sgn::source]
struct Counter;

#[sgn::source]
impl Counter {
    fn new(&mut self, count: u32) -> Frame<u32> {
        Frame::new(count)
    }
}

fn main() {}
