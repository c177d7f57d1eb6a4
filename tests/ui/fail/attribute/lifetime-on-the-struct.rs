//! mistakes: 1

#[sgn::sink]
struct Print<'a> {
    #[prop]
    prefix: &'a str,
}

fn main() {}
