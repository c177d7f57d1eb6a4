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

    fn eos_error(&mut self) -> Option<Fault> {
        None
    }
}

fn main() {}
