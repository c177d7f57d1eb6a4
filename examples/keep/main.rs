//! A sink that keeps what it makes of every frame; the memory report begins with its line and field.
//!
//! `SGNLOGLEVEL=snk:MEMPROF cargo run --release --example keep`

use sgn::{elements::IterSource, prelude::*};
sgn::counting_allocator!(holders);

#[sgn::sink]
fn keep(size: &usize, #[state] kept: &mut Vec<Vec<u8>>) {
    kept.push(vec![0; *size]);
}
fn main() -> sgn::Result<()> {
    let mut p = Pipeline::new();
    let src = IterSource::builder("src").iter("out", 1..=1000_usize);
    p.connect(src, keep::builder("snk"))?;
    p.run()
}
