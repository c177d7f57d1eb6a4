use sgn::__private::{Ports, Step};

fn send<P: Ports>(step: Step<'_, P>) {
    std::thread::scope(|threads| {
        threads.spawn(move || drop(step));
    });
}

fn main() {}
