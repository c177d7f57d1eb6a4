//! mistakes: 1

use sgn::prelude::*;

#[sgn::sink]
struct Print;

#[sgn::sink]
impl Print {
    #[pad("H1 raw")]
    fn pull(&mut self, _: Frame<u32>) {}
}

fn main() {}
