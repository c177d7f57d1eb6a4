//! mistakes: 1

#[sgn::profile(ownr = "loader")]
fn load() -> String {
    String::from("loaded")
}

fn main() {
    drop(load());
}
