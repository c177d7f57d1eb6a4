//! mistakes: 1

#[sgn::transform]
fn gain(#[prop(default = 2.0)] factor: f64) -> f64 {
    factor
}

fn main() {}
