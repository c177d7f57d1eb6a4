//! mistakes: 1

use std::rc::Rc;

#[sgn::source]
fn numbers(#[state] next: &mut Rc<u32>) -> u32 {
    **next
}

fn main() {}
