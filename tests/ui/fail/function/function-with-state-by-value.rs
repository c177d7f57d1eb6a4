//! mistakes: 1

#[sgn::source]
fn numbers(#[state] next: u32) -> u32 {
    next
}

fn main() {}
