//! mistakes: 1

#[sgn::source]
struct Counter;

#[sgn::source]
impl Counter {
    fn new(&mut self) -> Option<u32> {
        None
    }
}

fn main() {}
