//! mistakes: 1

#[sgn::sink(eos = manual)]
fn show(x: u32) {
    let _ = x;
}

fn main() {}
