//! mistakes: 1

struct Fault;

#[sgn::transform]
fn pass(text: String) -> Result<String, Fault> {
    Ok(text)
}

fn main() {}
