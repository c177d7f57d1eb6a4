//! mistakes: 1

use sgn::prelude::*;

#[sgn::sink]
struct Print;

#[sgn::sink]
impl Print {
    fn pull(&mut self, text: Frame<String>, number: Frame<u32>) {
        drop((text, number));
    }
}

fn main() {}
