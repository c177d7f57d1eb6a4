//! mistakes: 1

#[sgn::sink]
fn print(text: &str) {
    println!("{text}");
}

fn main() {}
