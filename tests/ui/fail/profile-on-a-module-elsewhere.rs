//! mistakes: 1

#[sgn::profile]
mod loader;

fn main() {}
