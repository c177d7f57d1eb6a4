//! mistakes: 1

#[sgn::source]
struct Counter;

#[sgn::source]
impl Counter {
    fn new(&mut self) {}
}

fn main() {}
