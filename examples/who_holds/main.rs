//! A sink that keeps one frame in ten, and the report that names it.
//!
//! `window` makes every frame, so the list of who *allocated* has `window` on top, which is innocent: it gives all its
//! frames away. `sparse` keeps some of them. The program installs its allocator with an index of live blocks, so the
//! report finds out who *holds* them: the field `kept` of `sparse`.

use sgn::memory;
use sgn::prelude::*;

sgn::counting_allocator!(holders);

/// Counts up.
#[sgn::source]
fn samples(#[state] next: &mut u32) -> Frame<u32> {
    *next += 1;
    Frame::new(*next).with_eos(*next == 2000)
}

/// Makes a window of samples.
#[sgn::transform]
fn window(first: u32) -> Vec<f32> {
    (0..256).map(|offset| (first + offset) as f32).collect()
}

/// Smooths a window, in place.
#[sgn::transform]
fn smooth(mut samples: Vec<f32>) -> Vec<f32> {
    for index in 1..samples.len() {
        samples[index] = 0.9 * samples[index - 1] + 0.1 * samples[index];
    }
    samples
}

/// Looks at each window, and keeps one in ten for ever.
#[sgn::sink]
fn sparse(samples: Vec<f32>, #[state] seen: &mut usize, #[state] kept: &mut Vec<Vec<f32>>) {
    *seen += 1;
    if seen.is_multiple_of(10) {
        kept.push(samples);
    }
}

fn main() -> sgn::Result<()> {
    memory::enable();
    let mut p = Pipeline::new();
    p.connect(samples::builder("samples"), window::builder("window"))?;
    p.connect("window", smooth::builder("smooth"))?;
    p.connect("smooth", sparse::builder("sparse"))?;
    p.run()?;

    // The same as a value, between two runs: what each field of `sparse` holds.
    let holders = p.holders()?;
    for line in holders.lines() {
        if line.holder.names().eq(["sparse.kept"]) {
            let (owner, blocks, bytes) = (line.owner.name(), line.blocks, line.bytes);
            println!("sparse.kept holds {blocks} blocks of {owner}, {bytes} bytes");
        }
    }
    Ok(())
}
