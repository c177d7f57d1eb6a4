//! mistakes: 1

use sgn::prelude::*;

#[sgn::sink]
struct Print;

#[sgn::sink]
impl Print {
    async fn pull(&mut self, text: Frame<String>) {
        drop(text);
    }
}

fn main() {}
