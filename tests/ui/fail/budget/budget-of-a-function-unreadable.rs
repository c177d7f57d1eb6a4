//! mistakes: 1

use sgn::prelude::*;

#[sgn::transform(budget = "lots", allocs_per_stride = 0)]
fn double(x: u32) -> u32 {
    2 * x
}

fn main() {
    let _ = double::builder("double").warm_up(3);
}
