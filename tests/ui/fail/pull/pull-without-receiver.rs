//! mistakes: 1

use sgn::prelude::*;

#[sgn::sink]
struct Print;

#[sgn::sink]
impl Print {
    fn pull(text: Frame<String>) {
        drop(text);
    }
}

fn main() {}
