//! mistakes: 1

#[sgn::source]
fn numbers(#[prop] next: &mut u32) -> u32 {
    *next
}

fn main() {}
