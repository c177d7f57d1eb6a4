//! mistakes: 1

#[sgn::sink]
fn print(text: &mut String) {
    text.clear();
}

fn main() {}
