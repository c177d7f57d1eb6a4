//! mistakes: 1

use sgn::prelude::*;

use std::rc::Rc;

pub struct Chunk(pub Rc<u32>);

#[sgn::sink]
struct Print;

#[sgn::sink]
impl Print {
    fn pull(&mut self, chunk: Frame<Chunk>) {
        drop(chunk);
    }
}

fn main() {}
