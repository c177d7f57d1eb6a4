struct Mine;

impl sgn::__private::Ports for Mine {}

fn main() {}
