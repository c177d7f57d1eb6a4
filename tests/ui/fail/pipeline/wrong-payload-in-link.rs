//! mistakes: 1

use sgn::prelude::*;

#[sgn::source]
fn numbers(#[state] next: &mut u32) -> u32 {
    *next += 1;
    *next
}

#[sgn::sink]
fn print(text: &String) {
    println!("{text}");
}

fn main() -> sgn::Result<()> {
    let mut pipeline = Pipeline::new();
    let source = pipeline.add(numbers::builder("src"))?;
    let sink = pipeline.add(print::builder("snk"))?;
    pipeline.link(source.out, sink.text)?;
    Ok(())
}
