//! Shared receivers, typed receivers and `mut` arguments.
use sgn::prelude::*;

#[sgn::transform]
struct Gain {
    #[state]
    held: Option<f64>,
}

#[sgn::transform]
impl Gain {
    fn pull(self: &mut Self, mut x: Frame<f64>) {
        if let Some(x) = x.data_mut() {
            *x *= 2.0;
        }
        self.held = x.into_data();
    }

    #[pad("named")]
    fn pull_pair(&mut self, _pair: Frame<(u8, u8)>) {}

    fn new(&self) -> Frame<f64> {
        Frame::from_option(self.held)
    }
}

#[test]
fn it_runs() {
    let _ = Gain::builder("gain");
}
