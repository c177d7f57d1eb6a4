//! mistakes: 1

use sgn::prelude::*;

#[sgn::source]
struct Counter;

#[sgn::source]
impl Counter {
    fn new(&mut self) -> Frame<u32> {
        Frame::new(1)
    }

    fn pull(&mut self, text: Frame<String>) {
        drop(text);
    }
}

fn main() {}
