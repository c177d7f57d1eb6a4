use sgn::__private::PortList;

fn main() {
    let _ports = PortList::none().0;
}
