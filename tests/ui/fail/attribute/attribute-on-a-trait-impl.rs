//! mistakes: 1

use sgn::prelude::*;

#[sgn::sink]
struct Print;

trait Pull {
    fn pull(&mut self, text: Frame<String>);
}

#[sgn::sink]
impl Pull for Print {
    fn pull(&mut self, text: Frame<String>) {
        drop(text);
    }
}

#[sgn::sink]
impl Print {
    fn pull(&mut self, text: &Frame<String>) {
        let _ = text;
    }
}

fn main() {}
