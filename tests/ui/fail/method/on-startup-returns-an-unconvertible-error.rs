//! mistakes: 1

use sgn::prelude::*;

struct Fault;

#[sgn::sink]
struct Print;

#[sgn::sink]
impl Print {
    fn pull(&mut self, text: Frame<String>) {
        drop(text);
    }

    fn on_startup(&mut self) -> Result<(), Fault> {
        Err(Fault)
    }
}

fn main() {}
