//! mistakes: 1

#[sgn::source]
struct Counter {
    #[state]
    count: u32,
}

fn main() {}
