//! Memory that is allocated anew for every frame, beside an element that keeps its buffer.
//!
//! Two chains do the same to the same numbers. `fresh` makes a vector for each frame; `kept` swaps the one that comes
//! in for the one it kept. The table that is printed is what the profiler counted from the second stride on, when all
//! buffers have their size; `SGNLOGLEVEL=pipeline:MEMPROF` shows the same rows in the report.

use sgn::memory::{self, OwnerId, Snapshot, Usage};
use sgn::prelude::*;

sgn::counting_allocator!();

const SAMPLES: usize = 1024;
const STRIDES: u32 = 1001;

#[sgn::source]
fn ramp(#[state] stride: &mut u32) -> Frame<Vec<f32>> {
    *stride += 1;
    let first = *stride as f32;
    let samples = (0..SAMPLES).map(|index| first + index as f32).collect();
    Frame::new(samples).with_eos(*stride == STRIDES)
}

/// Smooths into a new vector, and lets the one that came in go.
#[sgn::transform]
fn fresh(samples: Vec<f32>) -> Vec<f32> {
    let mut smoothed = vec![0.0; samples.len()];
    smooth(&samples, &mut smoothed);
    smoothed
}

/// Smooths into a vector that it has kept, and keeps the one that came in for the next frame.
#[sgn::transform]
fn kept(samples: Vec<f32>, #[state] spare: &mut Vec<f32>) -> Vec<f32> {
    spare.resize(samples.len(), 0.0);
    smooth(&samples, spare);
    std::mem::replace(spare, samples)
}

/// The mean of each sample and its two neighbours; the ends have one neighbour.
fn smooth(samples: &[f32], smoothed: &mut [f32]) {
    for (index, value) in smoothed.iter_mut().enumerate() {
        let around = &samples[index.saturating_sub(1)..samples.len().min(index + 2)];
        *value = around.iter().sum::<f32>() / around.len() as f32;
    }
}

#[sgn::sink]
fn add(samples: &Vec<f32>, #[state] sum: &mut f32) {
    *sum += samples.iter().sum::<f32>();
}

/// What all pads of an element have allocated so far.
fn allocated(element: &str, now: &Snapshot) -> Usage {
    let is_pad = |owner: &OwnerId| {
        let name = owner.name();
        let pad = name.strip_prefix(element);
        pad.is_some_and(|pad| pad.starts_with(':'))
    };
    let mut usage = Usage::default();
    for owner in memory::owners().filter(is_pad) {
        usage += now.owner(owner).usage;
    }
    usage
}

fn main() -> sgn::Result<()> {
    memory::enable();
    let mut p = Pipeline::new();
    // One of the two alone, to be recorded and compared with a run of the other.
    if let Some(which) = std::env::args().nth(1) {
        match which.as_str() {
            "fresh" => p.connect(ramp::builder("ramp"), fresh::builder("smooth"))?,
            "kept" => p.connect(ramp::builder("ramp"), kept::builder("smooth"))?,
            _ => {
                eprintln!(
                    "error: `{which}` is neither `fresh` nor `kept`; without an argument both run"
                );
                std::process::exit(2);
            }
        }
        p.connect("smooth", add::builder("sum"))?;
        let strides = p.run_with(RunOptions::new())?.strides;
        println!("{strides} strides of `{which}`");
        return Ok(());
    }
    p.connect(ramp::builder("ramp_1"), fresh::builder("fresh"))?;
    p.connect("fresh", add::builder("sum_1"))?;
    p.connect(ramp::builder("ramp_2"), kept::builder("kept"))?;
    p.connect("kept", add::builder("sum_2"))?;

    p.run_with(RunOptions::new().max_strides(1))?;
    let first = Snapshot::take();
    let strides = p.run_with(RunOptions::new())?.strides;
    let last = Snapshot::take();

    println!("a stride   bytes  blocks");
    for element in ["ramp_1", "fresh", "sum_1", "ramp_2", "kept", "sum_2"] {
        let change = allocated(element, &last).since(allocated(element, &first));
        println!(
            "{element:8}  {:>6}  {:>6}",
            change.total_bytes / strides,
            change.total_blocks / strides,
        );
    }
    Ok(())
}
