//! mistakes: 1

#[sgn::sink]
fn print(text: &&String) {
    println!("{text}");
}

fn main() {}
