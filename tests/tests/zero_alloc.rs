//! A stride allocates nothing but what its elements do: counted from inside the pipeline, by its own allocator.
//!
//! No test harness: its threads would allocate between two numbers that are compared.

use std::hint::black_box;
use std::sync::Arc;

use parking_lot::Mutex;
use sgn::memory::{self, Snapshot};
use sgn::prelude::*;

sgn::counting_allocator!();

/// From this stride on the pipeline is taken to be in its steady state.
const FIRST: u64 = 10;
/// The stride whose totals are compared with those of the first.
const LAST: u64 = 1010;

/// The blocks and bytes ever allocated, as seen in strides `FIRST` and `LAST`.
type Seen = Arc<Mutex<Vec<(u64, u64)>>>;

#[sgn::source]
fn count(#[state] number: &mut u64) -> u64 {
    *number += 1;
    *number
}

/// Keeps the frame between its two calls.
#[sgn::transform]
struct Pass {
    #[state]
    frame: Option<Frame<u64>>,
}

#[sgn::transform]
impl Pass {
    fn pull(&mut self, frame: Frame<u64>) {
        self.frame = Some(frame);
    }

    fn new(&mut self) -> Option<Frame<u64>> {
        self.frame.take()
    }
}

#[sgn::transform]
fn double(number: u64) -> u64 {
    number * 2
}

/// Allocates one block of 48 bytes in each stride.
#[sgn::transform]
fn waste(number: u64) -> u64 {
    drop(black_box(Vec::<u8>::with_capacity(black_box(48))));
    number
}

#[sgn::sink]
fn look(number: &u64) {
    black_box(number);
}

/// Reads the totals in strides `FIRST` and `LAST`, when it is served.
#[sgn::sink]
struct Probe {
    #[prop]
    seen: Seen,
    #[state]
    stride: u64,
}

#[sgn::sink]
impl Probe {
    fn pull(&mut self, frame: &Frame<u64>) {
        black_box(frame);
        self.stride += 1;
        if [FIRST, LAST].contains(&self.stride) {
            let total = Snapshot::take().total();
            let mut seen = self.seen.lock();
            seen.push((total.total_blocks, total.total_bytes));
        }
    }
}

/// Runs `pipeline` with a probe on `pad`; the blocks and bytes allocated between the two strides.
fn allocated_in(mut pipeline: Pipeline, pad: SourcePad<u64>) -> sgn::Result<(u64, u64)> {
    let seen: Seen = Arc::new(Mutex::new(Vec::with_capacity(2)));
    let probe = pipeline.add(Probe::builder("probe").seen(Arc::clone(&seen)))?;
    pipeline.link(pad, probe.frame)?;
    pipeline.run_with(RunOptions::new().max_strides(LAST).handle_signals(false))?;
    let seen = seen.lock();
    let [first, last] = seen[..] else {
        panic!("the probe saw {} of two strides", seen.len());
    };
    Ok((last.0 - first.0, last.1 - first.1))
}

/// A source and pass-throughs of both kinds, in turns.
fn chain(length: usize) -> sgn::Result<(Pipeline, SourcePad<u64>)> {
    let mut pipeline = Pipeline::new();
    let mut last = pipeline.add(count::builder("source"))?.out;
    for place in 0..length {
        let pass = pipeline.add(Pass::builder(format!("pass{place}")))?;
        let double = pipeline.add(double::builder(format!("double{place}")))?;
        pipeline.link(last, pass.frame)?;
        pipeline.link(pass.out, double.number)?;
        last = double.out;
    }
    Ok((pipeline, last))
}

fn a_chain_allocates_nothing() -> sgn::Result<()> {
    let (pipeline, last) = chain(10)?;
    assert_eq!(allocated_in(pipeline, last)?, (0, 0));
    Ok(())
}

fn a_fan_out_to_those_who_look_allocates_nothing() -> sgn::Result<()> {
    let (mut pipeline, last) = chain(1)?;
    for place in 0..100 {
        let sink = pipeline.add(look::builder(format!("look{place}")))?;
        pipeline.link(last, sink.number)?;
    }
    assert_eq!(allocated_in(pipeline, last)?, (0, 0));
    Ok(())
}

fn copies_of_what_owns_no_memory_allocate_nothing() -> sgn::Result<()> {
    let (mut pipeline, last) = chain(1)?;
    for place in 0..10 {
        let owner = pipeline.add(double::builder(format!("owner{place}")))?;
        let sink = pipeline.add(look::builder(format!("look{place}")))?;
        pipeline.link(last, owner.number)?;
        pipeline.link(owner.out, sink.number)?;
    }
    assert_eq!(allocated_in(pipeline, last)?, (0, 0));
    Ok(())
}

/// The control: an allocation is seen, exactly.
fn an_element_that_allocates_is_seen() -> sgn::Result<()> {
    let (mut pipeline, last) = chain(1)?;
    let waste = pipeline.add(waste::builder("waste"))?;
    pipeline.link(last, waste.number)?;
    let strides = LAST - FIRST;
    assert_eq!(allocated_in(pipeline, waste.out)?, (strides, 48 * strides));
    Ok(())
}

fn main() -> sgn::Result<()> {
    assert!(memory::enable());
    a_chain_allocates_nothing()?;
    a_fan_out_to_those_who_look_allocates_nothing()?;
    copies_of_what_owns_no_memory_allocate_nothing()?;
    an_element_that_allocates_is_seen()
}
