//! mistakes: 1

use sgn::prelude::*;

struct Print<'a> {
    prefix: &'a str,
}

#[sgn::sink]
impl<'a> Print<'a> {
    fn pull(&mut self, text: &Frame<String>) {
        println!("{}{text:?}", self.prefix);
    }
}

fn main() {}
