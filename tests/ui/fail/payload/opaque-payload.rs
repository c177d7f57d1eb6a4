//! mistakes: 1

use sgn::prelude::*;

#[sgn::source]
struct Counter;

#[sgn::source]
impl Counter {
    fn new(&mut self) -> Frame<impl Send> {
        Frame::new(1_u32)
    }
}

fn main() {}
