//! mistakes: 1

use sgn::prelude::*;

#[sgn::sink]
struct Print;

#[sgn::sink]
impl Print {
    fn pull<'a>(&'a mut self, text: &'a Frame<String>) {
        let _ = text;
    }
}

fn main() {}
