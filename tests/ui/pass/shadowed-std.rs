//! Modules called like the crates that generated code names.
mod std {}
mod core {}
mod alloc {}
mod sgn {}

use ::sgn::Frame;

#[::sgn::source]
struct Counter {
    #[prop(default, range = 0..=9)]
    first: u32,
    #[prop(into)]
    label: ::std::string::String,
    #[state]
    count: u32,
}

#[::sgn::source]
impl Counter {
    fn new(&mut self) -> Result<Frame<u32>, ::std::fmt::Error> {
        self.count += self.first;
        Ok(Frame::new(self.count).with_eos(self.label.is_empty()))
    }
}

#[::sgn::transform]
fn halve(number: u32) -> Option<u32> {
    number.checked_div(2)
}

#[::sgn::sink]
fn show(number: &u32) -> Result<(), ::std::fmt::Error> {
    let _ = number;
    Ok(())
}

fn main() {
    let _ = (Counter::builder("src").label("x"), halve::builder("halve"), show::builder("snk"));
}
