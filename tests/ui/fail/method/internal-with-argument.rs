//! mistakes: 1

use sgn::prelude::*;

#[sgn::sink]
struct Print;

#[sgn::sink]
impl Print {
    fn pull(&mut self, text: Frame<String>) {
        drop(text);
    }

    fn internal(&mut self, count: u32) {
        let _ = count;
    }
}

fn main() {}
