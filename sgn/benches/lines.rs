//! Loops inside `pull`, and statements, with and without marks; the counting is around them.
//!
//! `lines <workload> <strides> <marked | plain>`

use std::env;
use std::hint::black_box;

use sgn::prelude::*;

sgn::counting_allocator!();

const SAMPLES: usize = 1 << 16;

/// A call that the optimiser does not see through.
#[inline(never)]
fn opaque(factor: f32) -> f32 {
    black_box(factor)
}

#[sgn::source]
fn ticks(#[state] stride: &mut u64, #[prop] strides: u64) -> Frame<u64> {
    *stride += 1;
    Frame::new(*stride).with_eos(*stride == strides)
}

/// What the loops work on.
#[derive(Clone)]
struct Samples {
    x: Vec<f32>,
    y: Vec<f32>,
}

impl Samples {
    fn new() -> Self {
        Self {
            x: (0..SAMPLES).map(|index| index as f32).collect(),
            y: vec![1.0; SAMPLES],
        }
    }
}

#[sgn::sink]
struct Saxpy {
    #[state(Samples::new())]
    samples: Samples,
}

#[sgn::sink]
impl Saxpy {
    fn pull(&mut self, tick: Frame<u64>) {
        let factor = opaque(0.5);
        for (y, x) in self.samples.y.iter_mut().zip(&self.samples.x) {
            *y += factor * x;
        }
        drop(tick);
    }
}

fn saxpy(samples: &mut Samples) {
    let factor = opaque(0.5);
    for (y, x) in samples.y.iter_mut().zip(&samples.x) {
        *y += factor * x;
    }
}

#[sgn::sink]
struct Dot {
    #[state(Samples::new())]
    samples: Samples,
}

#[sgn::sink]
impl Dot {
    fn pull(&mut self, tick: Frame<u64>) {
        let mut sums = [0.0; 8];
        let (xs, ys) = (
            self.samples.x.chunks_exact(8),
            self.samples.y.chunks_exact(8),
        );
        for (x, y) in xs.zip(ys) {
            for lane in 0..8 {
                sums[lane] += x[lane] * y[lane];
            }
        }
        opaque(sums.iter().sum());
        drop(tick);
    }
}

fn dot(samples: &mut Samples) {
    let mut sums = [0.0; 8];
    let (xs, ys) = (samples.x.chunks_exact(8), samples.y.chunks_exact(8));
    for (x, y) in xs.zip(ys) {
        for lane in 0..8 {
            sums[lane] += x[lane] * y[lane];
        }
    }
    opaque(sums.iter().sum());
}

#[sgn::sink]
struct Clamp {
    #[state(Samples::new())]
    samples: Samples,
}

#[sgn::sink]
impl Clamp {
    fn pull(&mut self, tick: Frame<u64>) {
        let limit = opaque(100.0);
        for x in &mut self.samples.x {
            *x = x.max(-limit).min(limit);
        }
        drop(tick);
    }
}

fn clamp(samples: &mut Samples) {
    let limit = opaque(100.0);
    for x in &mut samples.x {
        *x = x.max(-limit).min(limit);
    }
}

/// Ten statements that could allocate, as `lines.sh` knows.
#[sgn::profile]
#[inline(never)]
fn marked_statements() {
    opaque(0.0);
    opaque(1.0);
    opaque(2.0);
    opaque(3.0);
    opaque(4.0);
    opaque(5.0);
    opaque(6.0);
    opaque(7.0);
    opaque(8.0);
    opaque(9.0);
}

#[inline(never)]
fn plain_statements() {
    opaque(0.0);
    opaque(1.0);
    opaque(2.0);
    opaque(3.0);
    opaque(4.0);
    opaque(5.0);
    opaque(6.0);
    opaque(7.0);
    opaque(8.0);
    opaque(9.0);
}

/// The same ticks, and the work on boxed samples, behind one dynamic call a stride.
fn plain(strides: u64, work: fn(&mut Samples)) {
    let mut samples = Samples::new();
    let work: Box<dyn Fn(&mut Samples)> = Box::new(work);
    for _ in 0..strides {
        black_box(&work)(&mut samples);
    }
    black_box(samples);
}

fn run(strides: u64, sink: impl sgn::IntoGroup) -> sgn::Result<()> {
    let mut p = Pipeline::new();
    p.connect(ticks::builder("ticks").strides(strides), sink)?;
    p.run()?;
    Ok(())
}

fn main() -> sgn::Result<()> {
    // `cargo bench` asks every bench to run; the figures are made by `lines.sh`.
    let words: Vec<String> = env::args()
        .skip(1)
        .filter(|word| word != "--bench")
        .collect();
    let [workload, strides, variant] = words.as_slice() else {
        assert!(
            words.is_empty(),
            "lines <workload> <strides> <marked | plain>"
        );
        return Ok(());
    };
    let strides: u64 = strides.parse().expect("a number of strides");
    sgn::memory::enable();
    match (workload.as_str(), variant.as_str()) {
        ("saxpy", "marked") => run(strides, Saxpy::builder("saxpy"))?,
        ("saxpy", "plain") => plain(strides, saxpy),
        ("dot", "marked") => run(strides, Dot::builder("dot"))?,
        ("dot", "plain") => plain(strides, dot),
        ("clamp", "marked") => run(strides, Clamp::builder("clamp"))?,
        ("clamp", "plain") => plain(strides, clamp),
        ("statements", "marked") => (0..strides).for_each(|_| marked_statements()),
        ("statements", "plain") => (0..strides).for_each(|_| plain_statements()),
        (workload, variant) => panic!("no workload `{workload} {variant}`"),
    }
    Ok(())
}
