//! mistakes: 1

use sgn::prelude::*;

use std::rc::Rc;

#[sgn::source]
struct Counter;

#[sgn::source]
impl Counter {
    fn new(&mut self) -> Frame<Rc<u32>> {
        Frame::new(Rc::new(1))
    }
}

fn main() {}
