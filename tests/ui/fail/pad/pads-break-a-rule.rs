//! mistakes: 1

#[sgn::transform(one_to_one)]
fn add(left: f64, right: f64) -> f64 {
    left + right
}

fn main() {}
