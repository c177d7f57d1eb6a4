//! Tight loops inside `pull`, and the same loops in a function that no attribute has touched.
//!
//! A statement mark in such a loop would keep the compiler from using vector instructions.

use std::hint::black_box;

use sgn::prelude::*;

const LENGTH: usize = 4096;

#[sgn::source]
struct Ticks {
    #[prop]
    frames: u64,
    #[state]
    sent: u64,
}

#[sgn::source]
impl Ticks {
    fn new(&mut self) -> Frame<f32> {
        self.sent += 1;
        Frame::new(1.0 / self.sent as f32).with_eos(self.sent >= self.frames)
    }
}

/// Defines a sink that has `$body` in its `pull`, and one whose `pull` calls a function with it.
macro_rules! pair_of_sinks {
    ($inside:ident, $outside:ident, $function:ident, |$scale:ident, $x:ident, $y:ident| $body:tt) => {
        #[sgn::sink]
        struct $inside {
            #[prop]
            x: Vec<f32>,
            #[prop]
            y: Vec<f32>,
        }

        #[sgn::sink]
        impl $inside {
            fn pull(&mut self, scale: &Frame<f32>) {
                let $scale = scale.data().copied().unwrap_or(1.0);
                let ($x, $y) = (&self.x[..LENGTH], &mut self.y[..LENGTH]);
                $body
            }
        }

        #[sgn::sink]
        struct $outside {
            #[prop]
            x: Vec<f32>,
            #[prop]
            y: Vec<f32>,
        }

        #[sgn::sink]
        impl $outside {
            fn pull(&mut self, scale: &Frame<f32>) {
                $function(
                    scale.data().copied().unwrap_or(1.0),
                    &self.x[..LENGTH],
                    &mut self.y[..LENGTH],
                );
            }
        }

        #[inline]
        fn $function($scale: f32, $x: &[f32], $y: &mut [f32]) $body
    };
}

pair_of_sinks!(Saxpy, PlainSaxpy, plain_saxpy, |scale, x, y| {
    for (y, x) in y.iter_mut().zip(x) {
        *y += scale * *x;
    }
});

pair_of_sinks!(Dot, PlainDot, plain_dot, |scale, x, y| {
    let mut sums = [0.0_f32; 16];
    for (x, y) in x.chunks_exact(16).zip(y.chunks_exact(16)) {
        for lane in 0..16 {
            sums[lane] += x[lane] * y[lane];
        }
    }
    y[0] = scale * sums.iter().sum::<f32>();
});

pair_of_sinks!(Clamp, PlainClamp, plain_clamp, |scale, x, y| {
    for (y, x) in y.iter_mut().zip(x) {
        *y = x.clamp(-scale, scale);
    }
});

macro_rules! pull {
    ($sink:ident, $frames:expr) => {{
        let mut pipeline = Pipeline::new();
        let ticks = Ticks::builder("ticks").frames($frames);
        let ticks = pipeline.add(ticks).expect("the name is free");
        let x = black_box((0..LENGTH).map(|number| number as f32).collect());
        let sink = $sink::builder("sink").x(x).y(black_box(vec![1.0; LENGTH]));
        let sink = pipeline.add(sink).expect("the name is free");
        pipeline.link(ticks.out, sink.scale).expect("a link");
        pipeline.run().expect("nothing fails");
    }};
}

/// Runs `saxpy`, `plain_saxpy` and the like; whether `name` is one of them.
pub(super) fn run(name: &str, frames: u64) -> bool {
    match name {
        "saxpy" => pull!(Saxpy, frames),
        "plain_saxpy" => pull!(PlainSaxpy, frames),
        "dot" => pull!(Dot, frames),
        "plain_dot" => pull!(PlainDot, frames),
        "clamp" => pull!(Clamp, frames),
        "plain_clamp" => pull!(PlainClamp, frames),
        _ => return false,
    }
    true
}
