use sgn::__private::Step;

fn steal<'a, P>(step: Step<'a, P>) -> &'a mut P {
    step.ports
}

fn main() {}
