//! mistakes: 1

use sgn::prelude::*;

use std::borrow::Cow;

#[sgn::sink]
struct Print;

#[sgn::sink]
impl Print {
    fn pull(&mut self, text: Frame<Cow<'_, str>>) {
        drop(text);
    }
}

fn main() {}
