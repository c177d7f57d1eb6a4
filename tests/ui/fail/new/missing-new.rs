//! mistakes: 1

use sgn::prelude::*;

#[sgn::transform]
struct Gain;

#[sgn::transform]
impl Gain {
    fn pull(&mut self, text: Frame<String>) {
        drop(text);
    }
}

fn main() {}
