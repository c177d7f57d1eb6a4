//! mistakes: 1

#[sgn::sink]
fn print<'a>(text: &'a String) {
    println!("{text}");
}

fn main() {}
