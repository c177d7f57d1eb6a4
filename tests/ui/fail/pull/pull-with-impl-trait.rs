//! mistakes: 1

use sgn::prelude::*;

#[sgn::sink]
struct Print;

#[sgn::sink]
impl Print {
    fn pull(&mut self, text: impl Into<Frame<String>>) {
        drop(text.into());
    }
}

fn main() {}
