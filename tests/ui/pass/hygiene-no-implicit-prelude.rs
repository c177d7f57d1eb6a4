//! Generated code names everything by absolute paths: nothing that the user shadows or leaves out matters.
#![no_implicit_prelude]
#![forbid(unsafe_code)]
#![deny(warnings, missing_docs, missing_debug_implementations, unreachable_pub)]

use ::sgn::Frame;

mod std {}
mod core {}

struct Option;
struct Result;
struct Vec;
struct String;
struct Some;

/// Emits numbers.
#[::sgn::source]
#[derive(::core::fmt::Debug)]
pub struct Ramp {
    /// The first number.
    #[prop(default = 1, range = 1..=10)]
    first: u32,
    /// Its name.
    #[prop(into)]
    label: ::std::string::String,
    #[state]
    count: u32,
}

#[::sgn::source]
impl Ramp {
    fn new(&mut self) -> Frame<u32> {
        self.count += self.first;
        Frame::new(self.count).with_eos(self.label.is_empty())
    }
}

#[::sgn::transform]
fn stride(ports: u32, envelope: &u32, #[state] frame: &mut u32) -> ::std::option::Option<u32> {
    *frame += 1;
    ::std::option::Option::Some(ports + *envelope + *frame)
}

#[::sgn::transform]
fn value(error: u32, #[prop(default = 2)] outcome: u32) -> ::std::result::Result<u32, ::std::string::String> {
    ::std::result::Result::Ok(error + outcome)
}

#[::sgn::sink(eos = all)]
fn outcome(value: &u32) {
    let _ = value;
}

fn main() {
    let _ = (Option, Result, Vec, String, Some);
    let _ = Ramp::builder("ramp").label("x").first(3);
    let _ = stride::builder("a");
    let _ = value::builder("b").outcome(3);
    let _ = outcome::builder("c");
}
