//! mistakes: 1

#[sgn::source]
const fn one() -> u32 {
    1
}

fn main() {}
