use sgn::__private::{PortList, SendElement, Settings};
use sgn::element::NewElement;
use sgn::pad::Access;

fn twice<E: SendElement>(element: E) -> sgn::Result<NewElement> {
    let ports = PortList::none().sink::<u64>("in", Access::Shared, None);
    element.into_new(&mut Settings::new("thief"), ports, |_element, step| {
        let (_look, _, _) = step.peek()?;
        let (_frame, _, _) = step.receive()?;
        Ok(())
    })
}

fn main() {}
