//! mistakes: 1

use sgn::prelude::*;

#[sgn::source]
fn numbers(#[state] next: &mut u32) -> u32 {
    *next += 1;
    *next
}

fn main() -> sgn::Result<()> {
    let mut pipeline = Pipeline::new();
    let first = pipeline.add(numbers::builder("a"))?;
    let second = pipeline.add(numbers::builder("b"))?;
    pipeline.link(first.out, second.out)?;
    Ok(())
}
