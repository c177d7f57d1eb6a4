//! mistakes: 1

#[sgn::transform(eos = manual)]
fn double(x: u32) -> u32 {
    2 * x
}

fn main() {}
