//! mistakes: 1

use sgn::prelude::*;

#[sgn::sink]
struct Print;

#[sgn::sink(allocs_per_stride = "none")]
impl Print {
    fn pull(&mut self, text: Frame<String>) {
        drop(text);
    }
}

fn main() {}
