struct Fault;

#[sgn::sink]
fn print(text: &String) -> Result<(), Fault> {
    println!("{text}");
    Err(Fault)
}

#[sgn::transform]
fn pass(text: String) -> Result<String, Fault> {
    Ok(text)
}

fn main() {}
