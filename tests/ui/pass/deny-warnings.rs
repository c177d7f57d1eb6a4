//! Not one warning, with the lints that a careful crate turns on.
#![deny(
    warnings,
    missing_docs,
    missing_debug_implementations,
    unreachable_pub,
    unused_qualifications,
    unused_lifetimes,
    unused_results,
    single_use_lifetimes,
    trivial_casts,
    trivial_numeric_casts,
    non_ascii_idents,
    let_underscore_drop,
    elided_lifetimes_in_paths,
    explicit_outlives_requirements,
    keyword_idents,
    meta_variable_misuse,
    redundant_lifetimes,
    unit_bindings,
    unused_import_braces,
    variant_size_differences
)]

use sgn::prelude::*;

/// Counts.
#[sgn::source]
#[derive(Debug)]
pub struct Counter {
    /// The last number.
    #[prop(default = 3, range = 1..=10)]
    last: u32,
    #[prop]
    step: u32,
    #[state]
    count: u32,
}

#[sgn::source]
impl Counter {
    fn new(&mut self) -> Frame<u32> {
        self.count += self.step;
        Frame::new(self.count).with_eos(self.count >= self.last)
    }
}

/// Halves.
#[sgn::transform]
pub fn halve(number: u32, #[state] calls: &mut u32) -> Result<Option<u32>, std::fmt::Error> {
    *calls += 1;
    Ok(number.checked_div(2))
}

/// Shows.
#[sgn::sink]
pub fn show(number: &u32, #[prop(default = 1)] times: u32) {
    assert!(*number < 10 && times == 1);
}

fn main() -> sgn::Result<()> {
    let mut pipeline = Pipeline::new();
    let source = pipeline.add(Counter::builder("src").step(1))?;
    let halve = pipeline.add(halve::builder("halve"))?;
    let sink = pipeline.add(show::builder("snk"))?;
    pipeline.link(source.out, halve.number)?;
    pipeline.link(halve.out, sink.number)?;
    pipeline.run()
}
