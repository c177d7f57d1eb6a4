//! mistakes: 1

#[sgn::sink]
unsafe fn print(text: String) {
    drop(text);
}

fn main() {}
