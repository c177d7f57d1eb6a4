//! mistakes: 1

#[sgn::source]
struct Counter;

#[sgn::source]
impl Counter {
    fn new(&mut self) -> Frame<_> {
        Frame::new(1_u32)
    }
}

fn main() {}
