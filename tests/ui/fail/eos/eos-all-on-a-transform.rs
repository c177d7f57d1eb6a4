//! mistakes: 1

use sgn::prelude::*;

#[sgn::transform(eos = all)]
fn double(x: &Frame<u32>) -> Frame<u32> {
    x.clone()
}

fn main() {}
