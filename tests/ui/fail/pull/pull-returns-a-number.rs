//! mistakes: 1

use sgn::prelude::*;

#[sgn::sink]
struct Print;

#[sgn::sink]
impl Print {
    fn pull(&mut self, text: &Frame<u32>) -> u32 {
        text.data().copied().unwrap_or(0)
    }
}

fn main() {}
