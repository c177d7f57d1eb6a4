//! mistakes: 1

use sgn::prelude::*;

#[sgn::sink]
struct Print;

#[sgn::sink]
impl Print {
    fn pull(&mut self, text: Frame<u32>) -> Frame<u32> {
        text
    }
}

fn main() {}
