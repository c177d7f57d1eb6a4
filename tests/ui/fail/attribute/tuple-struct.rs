//! mistakes: 1

use sgn::prelude::*;

#[sgn::source]
struct Counter(u32);

#[sgn::source]
impl Counter {
    fn new(&mut self) -> Frame<u32> {
        Frame::new(1)
    }
}

fn main() {}
