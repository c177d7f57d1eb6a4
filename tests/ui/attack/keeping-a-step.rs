use std::any::Any;
use std::cell::RefCell;

use sgn::__private::{PortList, Ports, SendElement, Settings};
use sgn::element::NewElement;

thread_local! {
    static KEPT: RefCell<Vec<Box<dyn Any>>> = const { RefCell::new(Vec::new()) };
}

fn keep<E: SendElement, P: Ports>(element: E, ports: PortList<P>) -> sgn::Result<NewElement> {
    element.into_new(&mut Settings::new("thief"), ports, |_element, step| {
        KEPT.with_borrow_mut(|kept| kept.push(Box::new(step)));
        Ok(())
    })
}

fn main() {}
