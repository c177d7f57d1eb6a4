//! mistakes: 1

#[sgn::sink]
trait Print {
    fn pull(&mut self);
}

fn main() {}
