//! mistakes: 1

#[sgn::sink]
fn print(text: &String, #[cfg(unix)] number: &u32) {
    println!("{text} {number}");
}

fn main() {}
