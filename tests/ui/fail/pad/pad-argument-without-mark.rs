//! mistakes: 1

use sgn::prelude::*;

#[sgn::source]
struct Counter;

#[sgn::source]
impl Counter {
    fn new(&mut self, pad: Pad<'_>) -> Frame<usize> {
        Frame::new(pad.index())
    }
}

fn main() {}
