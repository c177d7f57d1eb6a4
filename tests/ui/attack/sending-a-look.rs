use sgn::__private::{PortList, Settings, State};
use sgn::element::NewElement;
use sgn::pad::Intake;

fn send<E: State>(element: E) -> sgn::Result<NewElement> {
    let ports = PortList::none().sink::<u64>("in", Intake::Borrow, None);
    element.into_new(Settings::new("thief"), ports, |_element, step| {
        let (look, _, _) = step.peek()?;
        std::thread::scope(|threads| {
            threads.spawn(move || drop(look));
        });
        Ok(())
    })
}

fn main() {}
