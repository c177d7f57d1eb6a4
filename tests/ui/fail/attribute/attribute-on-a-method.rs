//! mistakes: 1

use sgn::prelude::*;

struct Print;

impl Print {
    #[sgn::sink]
    fn pull(&mut self, text: Frame<String>) {
        drop(text);
    }
}

fn main() {}
