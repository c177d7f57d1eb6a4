//! mistakes: 1

use sgn::prelude::*;

#[sgn::sink]
struct Print;

#[sgn::sink]
impl Print {
    fn pull(&mut self, text: Frame<String>) {
        drop(text);
    }

    fn on_build(&mut self, pads: &PadNames, count: u32) {
        let _ = (pads, count);
    }
}

fn main() {}
