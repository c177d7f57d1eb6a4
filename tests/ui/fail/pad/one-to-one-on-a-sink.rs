//! mistakes: 1

use sgn::prelude::*;

#[sgn::sink]
struct Print;

#[sgn::sink(one_to_one)]
impl Print {
    fn pull(&mut self, text: Frame<String>) {
        drop(text);
    }
}

fn main() {}
