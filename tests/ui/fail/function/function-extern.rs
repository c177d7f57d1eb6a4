//! mistakes: 1

#[sgn::source]
extern "C" fn one() -> u32 {
    1
}

fn main() {}
