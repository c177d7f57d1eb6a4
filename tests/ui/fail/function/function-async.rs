//! mistakes: 1

#[sgn::sink]
async fn print(text: String) {
    drop(text);
}

fn main() {}
