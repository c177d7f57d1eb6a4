use sgn::__private::{PortList, Settings, State};
use sgn::element::NewElement;
use sgn::pad::Intake;

fn swap<E: State, F: State>(outer: E, inner: fn() -> F) -> sgn::Result<NewElement> {
    let ports = PortList::none().sink::<u64>("in", Intake::Take, None);
    outer.into_new(Settings::new("outer"), ports, |_element, mut outer_step| {
        let ports = PortList::none().sink::<u64>("in", Intake::Take, None);
        let element = inner().into_new(Settings::new("inner"), ports, |_element, mut step| {
            std::mem::swap(&mut outer_step, &mut step);
            Ok(())
        });
        drop(element);
        Ok(())
    })
}

fn main() {}
