use sgn::pad::Stride;

fn main() {}
