//! mistakes: 1

use sgn::prelude::*;

#[sgn::sink]
struct Print;

#[sgn::sink(budget = "16777216 TiB")]
impl Print {
    fn pull(&mut self, text: Frame<String>) {
        drop(text);
    }
}

fn main() {}
