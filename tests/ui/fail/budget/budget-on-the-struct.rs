//! mistakes: 2

use sgn::prelude::*;

#[sgn::sink(budget = "1 MiB", allocs_per_stride = 0)]
struct Print;

#[sgn::sink]
impl Print {
    fn pull(&mut self, text: Frame<String>) {
        drop(text);
    }
}

fn main() {}
