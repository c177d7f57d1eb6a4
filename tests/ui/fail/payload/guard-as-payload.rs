//! mistakes: 1

use sgn::prelude::*;

use std::sync::MutexGuard;

#[sgn::sink]
struct Print;

#[sgn::sink]
impl Print {
    fn pull(&mut self, guard: Frame<MutexGuard<'static, u32>>) {
        drop(guard);
    }
}

fn main() {}
