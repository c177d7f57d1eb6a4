//! mistakes: 1

#[sgn::sink]
fn print(text: &String) -> usize {
    text.len()
}

fn main() {}
