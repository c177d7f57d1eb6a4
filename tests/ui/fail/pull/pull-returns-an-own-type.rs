//! mistakes: 1

use sgn::prelude::*;

struct Done;

#[sgn::sink]
struct Print;

#[sgn::sink]
impl Print {
    fn pull(&mut self, text: &Frame<u32>) -> Done {
        let _ = text;
        Done
    }
}

fn main() {}
