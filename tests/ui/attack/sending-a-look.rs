use sgn::__private::{PortList, SendElement, Settings};
use sgn::element::NewElement;
use sgn::pad::Access;

fn send<E: SendElement>(element: E) -> sgn::Result<NewElement> {
    let ports = PortList::none().sink::<u64>("in", Access::Shared, None);
    element.into_new(&mut Settings::new("thief"), ports, |_element, step| {
        let (look, _, _) = step.peek()?;
        std::thread::scope(|threads| {
            threads.spawn(move || drop(look));
        });
        Ok(())
    })
}

fn main() {}
