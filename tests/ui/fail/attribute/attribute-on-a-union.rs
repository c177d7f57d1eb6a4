//! mistakes: 1

#[sgn::sink]
union Print {
    one: u32,
    two: i32,
}

fn main() {
    let _ = Print { one: 1 };
}
