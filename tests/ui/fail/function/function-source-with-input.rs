//! mistakes: 1

#[sgn::source]
fn numbers(first: u32) -> u32 {
    first
}

fn main() {}
