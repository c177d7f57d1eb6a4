//! mistakes: 3

use sgn::prelude::*;

#[sgn::source]
struct Counter {
    #[cfg_attr(all(), prop(defalt = 3))]
    last: u32,
    #[cfg(all())]
    next: u32,
}

#[sgn::source]
impl Counter {
    #[cfg_attr(all(), pad)]
    fn new(&mut self) -> Frame<u32> {
        Frame::new(self.next)
    }
}

fn main() {}
