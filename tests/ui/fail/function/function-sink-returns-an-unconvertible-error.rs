//! mistakes: 1

struct Fault;

#[sgn::sink]
fn print(text: &String) -> Result<(), Fault> {
    println!("{text}");
    Err(Fault)
}

fn main() {}
