//! mistakes: 3

use sgn::prelude::*;

#[sgn::source]
struct Counter {
    a: u32,
    #[prop(defalt = 1)]
    b: u32,
    #[prop(range = 3)]
    c: u32,
}

#[sgn::source]
impl Counter {
    fn new(&mut self) -> Frame<u32> {
        Frame::new(self.a)
    }
}

fn main() {}
