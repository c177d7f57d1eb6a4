//! What the macros write gives clippy nothing to say in the user's crate, whatever the user asks it for.
#![deny(
    warnings,
    clippy::all,
    clippy::pedantic,
    clippy::nursery,
    clippy::cargo
)]
#![deny(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::missing_inline_in_public_items,
    clippy::panic,
    clippy::shadow_reuse,
    clippy::shadow_unrelated,
    clippy::undocumented_unsafe_blocks,
    clippy::unreachable,
    clippy::unwrap_used,
    reason = "restrictions that a careful crate may turn on"
)]
#![forbid(unsafe_code)]

use std::fmt;

use sgn::prelude::*;

/// Counts from a first number on.
#[sgn::source]
#[derive(Debug)]
pub struct Counter {
    /// Where to begin.
    #[prop(range = 1..=100)]
    first: u32,
    /// Where to end.
    #[prop(default = 3)]
    last: u32,
    /// What to call it.
    #[prop(into, default = String::from("count"))]
    label: String,
    #[state(first)]
    next: u32,
}

#[sgn::source]
impl Counter {
    fn new(&mut self) -> Result<Frame<u32>, fmt::Error> {
        let frame = Frame::new(self.next).with_eos(self.next >= self.last);
        self.next = self.next.saturating_add(u32::from(!self.label.is_empty()));
        Ok(frame)
    }

    fn on_build(&self) -> Result<(), String> {
        if self.first > self.last {
            return Err(String::from("the first number comes after the last"));
        }
        Ok(())
    }
}

/// Keeps what comes by.
#[sgn::transform]
#[derive(Debug)]
pub struct Hold<T: Clone + Send + 'static> {
    #[state]
    held: Option<T>,
}

#[sgn::transform]
impl<T: Clone + Send + 'static> Hold<T> {
    fn pull(&mut self, frame: &Frame<T>) {
        self.held = frame.data().cloned();
    }

    fn new(&mut self) -> Option<Frame<T>> {
        self.held.take().map(Frame::new)
    }
}

/// Joins streams named at construction.
#[sgn::transform]
#[derive(Debug)]
pub struct Join {
    #[state]
    sum: u32,
}

#[sgn::transform]
impl Join {
    #[pads(dynamic)]
    fn pull(&mut self, pad: Pad<'_>, number: &Frame<u32>) {
        if pad.index() == 0 {
            self.sum = 0;
        }
        self.sum = number
            .data()
            .map_or(self.sum, |term| self.sum.saturating_add(*term));
    }

    fn new(&mut self) -> Frame<u32> {
        Frame::new(self.sum)
    }
}

/// Doubles.
#[sgn::transform]
fn double(number: u32, #[prop(default = 2)] factor: u32) -> Option<u32> {
    number.checked_mul(factor)
}

/// Holds the numbers to a limit.
#[sgn::sink(eos = all)]
fn check(
    number: &u32,
    #[prop(default = 100)] limit: u32,
    #[state] seen: &mut u32,
) -> Result<(), fmt::Error> {
    *seen = seen.saturating_add(1);
    if *number < limit {
        Ok(())
    } else {
        Err(fmt::Error)
    }
}

#[test]
fn the_elements_run() -> sgn::Result<()> {
    let mut pipeline = Pipeline::new();
    let counter = pipeline.add(Counter::build("counter").first(1))?;
    let hold = pipeline.add(Hold::<u32>::build("hold"))?;
    let join = pipeline.add(Join::build("join").sink_pads(["a"]))?;
    let double = pipeline.add(double::build("double"))?;
    let check = pipeline.add(check::build("check"))?;
    pipeline.link(counter.out, hold.frame)?;
    pipeline.link(double.out, check.number)?;
    drop((join, hold));
    Ok(())
}
