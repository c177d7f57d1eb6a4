//! mistakes: 1

#[sgn::source]
const COUNT: u32 = 1;

fn main() {
    let _ = COUNT;
}
