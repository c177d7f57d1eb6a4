//! mistakes: 1

#[sgn::sink]
struct Print;

#[sgn::sink]
impl Print {
    fn helper(&self) {}
}

fn main() {}
