use sgn::__private::{PortList, Settings, State};
use sgn::element::NewElement;
use sgn::pad::Intake;

fn twice<E: State>(element: E) -> sgn::Result<NewElement> {
    let ports = PortList::none().sink::<u64>("in", Intake::Borrow, None);
    element.into_new(Settings::new("thief"), ports, |_element, step| {
        let (_look, _, _) = step.peek()?;
        let (_frame, _, _) = step.receive()?;
        Ok(())
    })
}

fn main() {}
