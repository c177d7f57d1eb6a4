//! Statics, constants and unit structs of the module are no patterns of generated code, and its functions no fields.
#![allow(non_upper_case_globals, non_camel_case_types, dead_code)]

use sgn::prelude::*;

static name: u8 = 0;
const value: u8 = 0;
struct f;
struct settings;
static formatter: u8 = 0;
static properties: u8 = 0;
static first: u32 = 7;
const label: &str = "";

fn next() -> u32 {
    3
}

#[sgn::source]
struct Counter {
    #[prop(range = 1..=100)]
    first: u32,
    #[prop(default = u32::from(value))]
    value: u32,
    #[prop(into, default = String::from(label))]
    label: String,
    #[prop(default = name)]
    name_: u8,
    #[prop]
    path: u32,
    #[prop]
    x1: u32,
    #[prop]
    x_1: u32,
    #[state(first + path)]
    from: u32,
    #[state(next())]
    next: u32,
    #[state(format!("{label}{next}"))]
    text: String,
}

#[sgn::source]
impl Counter {
    fn new(&mut self) -> Frame<u32> {
        Frame::new(self.from + self.next).with_eos(true)
    }
}

fn main() {
    let mut pipeline = Pipeline::new();
    let counter = Counter::builder("src").first(1).value(2).path(3).x1(1).x_1(2);
    let counter = pipeline.add(counter).unwrap();
    let counter = pipeline.element(&counter).unwrap();
    assert_eq!((counter.from, counter.next), (4, 3));
    assert_eq!((counter.text.as_str(), counter.label.as_str()), ("3", ""));
}
