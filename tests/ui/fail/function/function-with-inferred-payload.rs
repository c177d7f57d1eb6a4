//! mistakes: 1

#[sgn::sink]
fn print(text: _) {
    drop(text);
}

fn main() {}
