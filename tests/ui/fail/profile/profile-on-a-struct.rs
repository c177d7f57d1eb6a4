//! mistakes: 1

#[sgn::profile]
struct Loader;

fn main() {
    let _ = Loader;
}
