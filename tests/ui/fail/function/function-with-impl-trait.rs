//! mistakes: 1

#[sgn::sink]
fn print(text: impl std::fmt::Display) {
    println!("{text}");
}

fn main() {}
