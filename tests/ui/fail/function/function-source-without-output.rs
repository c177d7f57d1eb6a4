//! mistakes: 1

#[sgn::source]
fn numbers(#[state] next: &mut u32) {
    *next += 1;
}

fn main() {}
