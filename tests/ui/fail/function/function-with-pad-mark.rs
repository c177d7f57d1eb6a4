//! mistakes: 2

#[sgn::sink]
fn print(#[pad("H1")] strain: &u32, #[pads(dynamic)] number: &u32) {
    println!("{strain} {number}");
}

fn main() {}
