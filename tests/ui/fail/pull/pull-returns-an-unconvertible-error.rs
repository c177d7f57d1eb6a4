//! mistakes: 1

use sgn::prelude::*;

struct Fault;

#[sgn::sink]
struct Print;

#[sgn::sink]
impl Print {
    fn pull(&mut self, text: &Frame<u32>) -> Result<(), Fault> {
        let _ = text;
        Err(Fault)
    }
}

fn main() {}
