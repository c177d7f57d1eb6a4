//! mistakes: 3

use std::error::Error;

use sgn::prelude::*;

#[sgn::transform]
struct Copy;

#[sgn::transform]
impl Copy {
    fn pull(&mut self, text: &Frame<u32>) -> Result<(), Box<dyn Error>> {
        drop(text);
        Ok(())
    }

    fn new(&mut self) -> Result<Frame<u32>, Box<dyn std::error::Error + Send>> {
        Ok(Frame::new(1))
    }
}

#[sgn::transform]
fn double(x: u32) -> Result<u32, Box<dyn Error>> {
    Ok(2 * x)
}

fn main() {}
