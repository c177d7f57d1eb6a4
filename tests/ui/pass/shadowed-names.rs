//! Types, traits and macros called like those of the prelude.
#![allow(dead_code, unused_macros)]

struct Option;
struct Result;
struct Vec;
struct String;
struct Box;
struct Some;
struct Ok;
trait Default {}
trait Clone {}
trait Send {}
trait Into {}
trait Iterator {}

macro_rules! panic {
    () => {};
}

macro_rules! unreachable {
    () => {};
}

#[sgn::source]
struct Counter {
    #[prop(default, range = 0..=9)]
    first: u32,
    #[prop(into)]
    label: std::string::String,
    #[state]
    count: u32,
    #[state(std::vec::Vec::new())]
    history: std::vec::Vec<std::boxed::Box<u32>>,
}

#[sgn::source]
impl Counter {
    fn new(&mut self) -> sgn::Frame<u32> {
        self.count += self.first;
        self.history.clear();
        sgn::Frame::new(self.count).with_eos(self.label.is_empty())
    }
}

#[sgn::sink]
fn show(number: &u32, #[prop(default = 1)] times: u32, #[state] seen: &mut u32) {
    *seen += *number * times;
}

fn main() {
    let _ = (Counter::builder("src").label("x"), show::builder("snk"));
}
