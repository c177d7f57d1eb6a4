//! mistakes: 1

use sgn::prelude::*;

#[sgn::sink]
struct Compare;

#[sgn::sink]
impl Compare {
    fn pull(&mut self, left: &Frame<u32>) {
        drop(left);
    }

    fn pull(&mut self, right: &Frame<u32>) {
        drop(right);
    }
}

fn main() -> sgn::Result<()> {
    let mut pipeline = Pipeline::new();
    let compare = pipeline.add(Compare::builder("compare"))?;
    drop((compare.left, compare.right));
    Ok(())
}
