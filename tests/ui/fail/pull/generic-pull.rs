//! mistakes: 1

use sgn::prelude::*;

#[sgn::sink]
struct Print;

#[sgn::sink]
impl Print {
    fn pull<T>(&mut self, text: Frame<T>) {
        drop(text);
    }
}

fn main() {}
