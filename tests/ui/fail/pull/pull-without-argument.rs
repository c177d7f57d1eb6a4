//! mistakes: 1

#[sgn::sink]
struct Print;

#[sgn::sink]
impl Print {
    fn pull(&mut self) {}
}

fn main() {}
