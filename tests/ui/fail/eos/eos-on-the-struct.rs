//! mistakes: 1

use sgn::prelude::*;

#[sgn::sink(eos = all)]
struct Print;

#[sgn::sink]
impl Print {
    fn pull(&mut self, text: Frame<String>) {
        drop(text);
    }
}

fn main() {}
