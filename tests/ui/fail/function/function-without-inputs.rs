//! mistakes: 1

#[sgn::sink]
fn print() {}

fn main() {}
