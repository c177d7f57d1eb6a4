//! mistakes: 1

use sgn::prelude::*;

#[sgn::sink]
struct Print;

#[sgn::sink]
impl Print {
    fn pull(&mut self, text: Frame<String>) {
        drop(text);
    }

    fn new_count(&mut self) -> Frame<u32> {
        Frame::new(1)
    }
}

fn main() {}
