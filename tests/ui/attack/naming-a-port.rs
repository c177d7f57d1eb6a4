use sgn::pad::SinkPort;

fn main() {}
