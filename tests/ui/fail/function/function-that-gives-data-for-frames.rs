//! mistakes: 1

use sgn::prelude::*;

#[sgn::transform]
fn count(text: &Frame<String>) -> usize {
    text.data().map_or(0, String::len)
}

fn main() {}
