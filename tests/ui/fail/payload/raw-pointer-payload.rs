//! mistakes: 1

use sgn::prelude::*;

#[sgn::sink]
struct Print;

#[sgn::sink]
impl Print {
    fn pull(&mut self, address: Frame<*const u8>) {
        drop(address);
    }
}

fn main() {}
