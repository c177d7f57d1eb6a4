//! mistakes: 1

use sgn::prelude::*;

#[sgn::source]
struct Counter {
    #[state]
    a: Rate,
}

#[sgn::source]
impl Counter {
    fn new(&mut self) -> Frame<u32> {
        Frame::new(self.a.0)
    }
}

struct Rate(u32);

fn main() {}
