//! What a frame pays for being in a pipeline, against loops written by hand.
//!
//! `pipeline.sh`, next to this file, says what the figures mean and prints them all.

mod pipeline {
    pub(crate) mod by_hand;
    pub(crate) mod chain;
    pub(crate) mod check;
    pub(crate) mod fanout;
    pub(crate) mod measure;
}

use std::time::Duration;

use crate::pipeline::chain::{self, Form, Payload};
use crate::pipeline::measure::{Pair, compare, figure};
use crate::pipeline::{check, fanout};

// The scopes of all elements are at work, and so is the allocator that they tell whom to charge.
sgn::counting_allocator!();

/// Hops a round: enough for some 10 ms.
const HOPS: u64 = 2_000_000;

fn main() -> sgn::Result<()> {
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| argument != "--bench")
        .collect();
    match arguments
        .iter()
        .map(String::as_str)
        .collect::<Vec<_>>()
        .as_slice()
    {
        [] => figures(),
        ["count", kind, size, strides] => match (size.parse(), strides.parse()) {
            (Ok(size), Ok(strides)) => count(kind, size, strides),
            _ => usage(),
        },
        _ => usage(),
    }
}

fn usage() -> sgn::Result<()> {
    eprintln!("run `pipeline.sh`, which says what to measure");
    Ok(())
}

/// All figures that are times.
fn figures() -> sgn::Result<()> {
    chains::<u64>("u64")?;
    chains::<Vec<f32>>("vec")?;
    let hand = |size, strides| fanout::by_hand(size, strides);
    let ours = compare(&[
        Pair::slope(fanout::in_pipeline, HOPS),
        Pair::slope(hand, HOPS),
    ])?;
    figure("fanout_borrow_vs_dyn", ours.ratio(0, 1), "x");
    figure("fanout_borrow_ns", ours.nanoseconds(0), "ns/sink");
    figure("fanout_dyn_ns", ours.nanoseconds(1), "ns/sink");
    figure("check_10k_ms", milliseconds(check::ten_thousand()?), "ms");
    Ok(())
}

fn chains<T: Payload>(name: &str) -> sgn::Result<()> {
    let by = |form| move |size, strides| chain::in_pipeline::<T>(form, size, strides);
    let measured = compare(&[
        Pair::slope(by(Form::Function), HOPS),
        Pair::slope(by(Form::Struct), HOPS),
        Pair::slope(chain::by_hand::<T>, HOPS),
    ])?;
    let forms = [("", 0), ("_struct", 1), ("_dyn", 2)];
    for (form, place) in &forms[..2] {
        let name = format!("hop_{name}{form}_vs_dyn");
        figure(&name, measured.ratio(*place, 2), "x");
    }
    for (form, place) in forms {
        let name = format!("hop_{name}{form}_ns");
        figure(&name, measured.nanoseconds(place), "ns/hop");
    }
    for size in [1, 10, 100] {
        let strides = HOPS / (size + 2);
        let whole = compare(&[
            Pair::whole(by(Form::Function), size, strides),
            Pair::whole(chain::by_hand::<T>, size, strides),
        ])?;
        figure(
            &format!("chain{size}_{name}_vs_dyn"),
            whole.ratio(0, 1),
            "x",
        );
        figure(
            &format!("chain{size}_{name}_ns"),
            whole.nanoseconds(0),
            "ns/stride",
        );
    }
    Ok(())
}

/// Runs one kind of pipeline and nothing else, for a tool that counts instructions.
fn count(kind: &str, size: u64, strides: u64) -> sgn::Result<()> {
    match kind {
        "u64" => chain::in_pipeline::<u64>(Form::Function, size, strides),
        "u64_struct" => chain::in_pipeline::<u64>(Form::Struct, size, strides),
        "u64_dyn" => chain::by_hand::<u64>(size, strides),
        "vec" => chain::in_pipeline::<Vec<f32>>(Form::Function, size, strides),
        "vec_struct" => chain::in_pipeline::<Vec<f32>>(Form::Struct, size, strides),
        "vec_dyn" => chain::by_hand::<Vec<f32>>(size, strides),
        "fanout_borrow" => fanout::in_pipeline(size, strides),
        "fanout_dyn" => fanout::by_hand(size, strides),
        _ => return usage(),
    }
    .map(|_| ())
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
