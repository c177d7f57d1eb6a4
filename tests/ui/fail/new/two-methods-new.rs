//! mistakes: 2

use sgn::prelude::*;

#[sgn::source]
struct Detectors;

#[sgn::source]
impl Detectors {
    #[pad("H1")]
    fn new(&mut self) -> Frame<u32> {
        Frame::new(1)
    }

    #[pad("L1")]
    fn new(&mut self) -> Frame<u32> {
        Frame::new(2)
    }

    fn internal(&mut self) {}

    fn internal(&mut self) {}
}

fn main() {}
