//! What the macros write gives clippy nothing to say in the user's crate, whatever the user asks it for.
#![deny(
    warnings,
    clippy::all,
    clippy::pedantic,
    clippy::nursery,
    clippy::cargo
)]
#![deny(
    clippy::restriction,
    reason = "restrictions that a careful crate may turn on"
)]
#![allow(
    clippy::arbitrary_source_item_ordering,
    clippy::blanket_clippy_restriction_lints,
    clippy::implicit_return,
    clippy::question_mark_used,
    clippy::std_instead_of_alloc,
    clippy::std_instead_of_core,
    clippy::tests_outside_test_module,
    clippy::pub_with_shorthand,
    clippy::redundant_pub_crate,
    reason = "all that they have to say here is of what the user wrote"
)]
#![forbid(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::missing_docs_in_private_items,
    clippy::panic,
    clippy::unreachable,
    clippy::unwrap_used,
    dead_code,
    missing_debug_implementations,
    missing_docs,
    unreachable_pub,
    unsafe_code,
    unused,
    reason = "what is forbidden may not be allowed in between"
)]

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
    #[state]
    earlier: Vec<Option<T>>,
}

#[sgn::transform]
impl<T: Clone + Send + 'static> Hold<T> {
    fn pull(&mut self, frame: &Frame<T>) {
        self.earlier.push(self.held.take());
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

/// Elements that nobody outside sees.
mod inner {
    use std::fmt;

    use sgn::pad::PadNames;
    use sgn::prelude::*;

    /// Counts, with pads of several kinds.
    #[sgn::source]
    #[derive(Debug)]
    pub(crate) struct Private {
        /// Where to begin.
        #[prop]
        first: u32,
        /// What comes next.
        #[state(first)]
        next: u32,
    }

    #[sgn::source]
    #[expect(
        clippy::unused_self,
        reason = "what the lint is about moves into a trait"
    )]
    impl Private {
        fn new(&mut self) -> Frame<u32> {
            self.next = self.first;
            Frame::new(self.next)
        }

        #[expect(clippy::unnecessary_wraps, reason = "so does this")]
        fn new_rest(&mut self) -> Result<Option<Frame<u32>>, fmt::Error> {
            Ok(None)
        }

        fn internal(&mut self) {}
    }

    /// Keeps the last of each.
    #[sgn::sink]
    #[derive(Debug)]
    pub(crate) struct Last<T: Clone + Send + 'static> {
        /// The last one.
        #[state]
        last: Option<T>,
    }

    #[sgn::sink]
    impl<T: Clone + Send + 'static> Last<T> {
        #[pads(dynamic)]
        fn pull(&mut self, _pad: Pad<'_>, taken: Frame<T>) {
            self.last = taken.into_data();
        }

        fn eos_error(&mut self) -> Option<fmt::Error> {
            self.last.is_none().then_some(fmt::Error)
        }

        fn on_build(&mut self, _pads: &PadNames) {}

        fn on_startup(&mut self) {}
    }
}

#[test]
fn the_elements_run() -> sgn::Result<()> {
    let mut pipeline = Pipeline::new();
    let counter = pipeline.add(Counter::builder("counter").first(1))?;
    let hold = pipeline.add(Hold::<u32>::builder("hold"))?;
    let join = pipeline.add(Join::builder("join").sink_pads(["a"]))?;
    let double = pipeline.add(double::builder("double"))?;
    let check = pipeline.add(check::builder("check"))?;
    pipeline.link(counter.out, hold.frame)?;
    pipeline.link(double.out, check.number)?;
    let private = pipeline.add(inner::Private::builder("private").first(1))?;
    let last = pipeline.add(inner::Last::<u32>::builder("last").sink_pads(["a"]))?;
    drop((join, hold, private, last));
    Ok(())
}
