//! mistakes: 1

#[sgn::profile]
async fn load() -> String {
    String::from("loaded")
}

fn main() {
    drop(load());
}
