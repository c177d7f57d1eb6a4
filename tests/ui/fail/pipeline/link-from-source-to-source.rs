//! mistakes: 1

use sgn::prelude::*;

#[sgn::source]
fn numbers(#[state] next: &mut u32) -> u32 {
    *next += 1;
    *next
}

fn main() -> sgn::Result<()> {
    let mut pipeline = Pipeline::new();
    let first = pipeline.add(numbers::build("a"))?;
    let second = pipeline.add(numbers::build("b"))?;
    pipeline.link(first.out, second.out)?;
    Ok(())
}
