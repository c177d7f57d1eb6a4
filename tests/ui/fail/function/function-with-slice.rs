//! mistakes: 1

#[sgn::sink]
fn print(numbers: &[u32]) {
    println!("{numbers:?}");
}

fn main() {}
