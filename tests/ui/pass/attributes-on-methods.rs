//! Attributes of the user stay where they are.
#![deny(warnings)]

use sgn::prelude::*;

#[sgn::source]
#[derive(Debug, Clone, Default)]
#[allow(dead_code)]
struct Counter {
    #[allow(unused)]
    #[prop(default = 1)]
    first: u32,
}

#[sgn::source]
#[allow(non_snake_case)]
impl Counter {
    #[inline]
    #[must_use]
    #[allow(unused_variables)]
    fn new(&mut self) -> Frame<u32> {
        let unused = 1;
        let X = 2;
        Frame::new(X)
    }

    #[cold]
    #[inline(never)]
    #[expect(clippy::unused_self)]
    fn helper(&self) {}

    #[cfg_attr(not(any()), inline)]
    fn internal(&mut self) {
        self.helper();
    }
}

#[sgn::sink]
#[inline]
fn show(#[allow(unused_variables)] number: &u32) {}

fn main() {
    let _ = (Counter::builder("src"), show::builder("snk"), Counter::default().clone());
    show(&1);
}
