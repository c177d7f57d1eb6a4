//! mistakes: 1

use sgn::prelude::*;

#[sgn::sink]
struct Print;

#[sgn::sink(single_pad)]
impl Print {
    fn pull(&mut self, text: &Frame<String>) {
        let _ = text;
    }

    fn pull_number(&mut self, number: &Frame<u32>) {
        let _ = number;
    }
}

fn main() {}
