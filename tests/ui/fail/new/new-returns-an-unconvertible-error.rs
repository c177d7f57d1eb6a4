//! mistakes: 1

use sgn::prelude::*;

struct Fault;

#[sgn::source]
struct Counter;

#[sgn::source]
impl Counter {
    fn new(&mut self) -> Result<Frame<u32>, Fault> {
        Err(Fault)
    }
}

fn main() {}
