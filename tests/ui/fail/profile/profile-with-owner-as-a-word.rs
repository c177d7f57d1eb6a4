//! mistakes: 1

#[sgn::profile(owner = loader)]
fn load() -> String {
    String::from("loaded")
}

fn main() {
    drop(load());
}
