//! mistakes: 1

use std::rc::Rc;

#[sgn::sink]
fn print(text: Rc<String>) {
    println!("{text}");
}

fn main() {}
