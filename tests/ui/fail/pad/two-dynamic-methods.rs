//! mistakes: 1

use sgn::prelude::*;

#[sgn::source]
struct Counter;

#[sgn::source]
impl Counter {
    #[pads(dynamic)]
    fn new(&mut self, pad: Pad<'_>) -> Frame<usize> {
        Frame::new(pad.index())
    }

    #[pads(dynamic)]
    fn new_more(&mut self, pad: Pad<'_>) -> Frame<usize> {
        Frame::new(pad.index())
    }
}

fn main() {}
