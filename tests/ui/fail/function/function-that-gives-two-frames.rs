//! mistakes: 4

use sgn::prelude::*;

#[sgn::transform]
fn split(x: Frame<u32>) -> (Frame<u32>, Frame<u32>) {
    (x.clone(), x)
}

#[sgn::source]
fn pair() -> Option<[Frame<u32>; 2]> {
    None
}

#[sgn::sink]
fn both(pair: (Frame<u32>, Frame<u32>)) {
    drop(pair);
}

#[sgn::source]
struct Two;

#[sgn::source]
impl Two {
    fn new(&mut self) -> (Frame<u32>, Frame<u32>) {
        (Frame::new(1), Frame::new(2))
    }
}

fn main() {}
