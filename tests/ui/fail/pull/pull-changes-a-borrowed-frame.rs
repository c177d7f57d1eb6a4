//! mistakes: 1

use sgn::prelude::*;

#[sgn::sink]
struct Print;

#[sgn::sink]
impl Print {
    fn pull(&mut self, text: &mut Frame<String>) {
        let _ = text;
    }
}

fn main() {}
