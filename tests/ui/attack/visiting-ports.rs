use sgn::__private::Ports;

fn steal<P: Ports>(ports: &mut P) {
    ports.sinks(&mut |_port| {});
}

fn main() {}
