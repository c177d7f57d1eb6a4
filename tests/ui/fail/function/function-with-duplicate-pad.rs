//! mistakes: 1

#[sgn::sink]
fn print(text: &String, _text: &String) {
    println!("{text}");
}

fn main() {}
