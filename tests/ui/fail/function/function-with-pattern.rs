//! mistakes: 1

#[sgn::sink]
fn print((a, b): (u32, u32)) {
    println!("{a} {b}");
}

fn main() {}
