//! mistakes: 1

use sgn::prelude::*;

#[sgn::transform]
fn join(text: &String, number: Frame<u32>) -> Frame<u32> {
    number.with_gap(text.is_empty())
}

fn main() {}
