//! Counts to three, times ten.

use sgn::prelude::*;

#[sgn::source]
fn count(#[prop(default = 3)] max: u32, #[state] n: &mut u32) -> Frame<u32> {
    *n += 1;
    Frame::new(*n).with_eos(*n >= max)
}

#[sgn::transform]
fn gain(x: u32, #[prop(default = 10)] factor: u32) -> u32 {
    x * factor
}

#[sgn::sink]
fn print(y: &u32) {
    println!("{y}");
}

fn main() -> sgn::Result<()> {
    let mut p = Pipeline::new();
    p.connect(count::builder("src"), gain::builder("gain"))?;
    p.connect("gain", print::builder("snk"))?;
    p.run()
}
