use sgn::__private::{PortList, SendElement, Settings};
use sgn::element::NewElement;
use sgn::pad::Access;

fn swap<E: SendElement, F: SendElement>(outer: E, inner: fn() -> F) -> sgn::Result<NewElement> {
    let ports = PortList::none().sink::<u64>("in", Access::Owned, None);
    outer.into_new(&mut Settings::new("outer"), ports, |_element, mut outer_step| {
        let ports = PortList::none().sink::<u64>("in", Access::Owned, None);
        let element = inner().into_new(&mut Settings::new("inner"), ports, |_element, mut step| {
            std::mem::swap(&mut outer_step, &mut step);
            Ok(())
        });
        drop(element);
        Ok(())
    })
}

fn main() {}
