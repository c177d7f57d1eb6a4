//! mistakes: 1

#[sgn::sink]
enum Print {
    One,
}

fn main() {
    let _ = Print::One;
}
