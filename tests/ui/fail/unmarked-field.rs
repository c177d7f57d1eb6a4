use sgn::prelude::*;

#[sgn::source]
struct Counter {
    count: u32,
    #[prop(default = 0, rang = 1..2)]
    first: u32,
}

#[sgn::source]
impl Counter {
    fn new(&mut self) -> Frame<u32> {
        self.count += self.first;
        Frame::new(self.count)
    }
}

fn main() {}
