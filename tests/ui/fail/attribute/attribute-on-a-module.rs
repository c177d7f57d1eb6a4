//! mistakes: 1

#[sgn::sink]
mod print {}

fn main() {}
