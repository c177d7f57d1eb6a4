//! mistakes: 1

use sgn::prelude::*;

#[sgn::sink]
struct Print;

#[sgn::sink]
impl Print {
    extern "C" fn pull(&mut self, text: Frame<u32>) {
        drop(text);
    }
}

fn main() {}
