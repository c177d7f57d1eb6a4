//! mistakes: 3

use sgn::prelude::*;

#[sgn::source]
struct Counter;

#[sgn::source]
impl Counter {
    async fn new(&mut self) -> Frame<u32> {
        Frame::new(1)
    }

    fn pull(&mut self, text: Frame<String>) {
        drop(text);
    }

    #[pad("a:b")]
    fn new_b(&mut self) -> Frame<u32> {
        Frame::new(1)
    }
}

fn main() {}
