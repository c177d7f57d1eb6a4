//! A source, pass-throughs that hand each frame on, and a sink that drops it.

use std::hint::black_box;
use std::time::Duration;

use sgn::Frame;
use sgn::prelude::*;

use super::by_hand::ByHand;
use super::measure::cpu_time;

/// What the frames carry.
pub(crate) trait Payload: Send + 'static {
    /// The payload of frame `number`.
    fn make(number: u64) -> Self;
}

impl Payload for u64 {
    fn make(number: u64) -> Self {
        number
    }
}

impl Payload for Vec<f32> {
    fn make(_number: u64) -> Self {
        vec![0.0; 4096]
    }
}

#[sgn::source]
struct Count<T: Payload> {
    #[state]
    number: u64,
    #[state]
    payload: std::marker::PhantomData<fn() -> T>,
}

#[sgn::source]
impl<T: Payload> Count<T> {
    fn new(&mut self) -> Frame<T> {
        self.number += 1;
        Frame::new(T::make(black_box(self.number)))
    }
}

/// Keeps the frame between its two calls.
#[sgn::transform]
struct Pass<T: Payload> {
    #[state]
    frame: Option<Frame<T>>,
}

#[sgn::transform]
impl<T: Payload> Pass<T> {
    fn pull(&mut self, frame: Frame<T>) {
        self.frame = Some(frame);
    }

    fn new(&mut self) -> Frame<T> {
        self.frame.take().unwrap_or_else(Frame::gap)
    }
}

#[sgn::transform]
fn hand_on<T: Payload>(data: T) -> T {
    data
}

#[sgn::sink]
struct Drain<T: Payload> {
    #[state]
    payload: std::marker::PhantomData<fn() -> T>,
}

#[sgn::sink]
impl<T: Payload> Drain<T> {
    fn pull(&mut self, frame: Frame<T>) {
        drop(black_box(frame));
    }
}

/// How the pass-throughs are written.
#[derive(Clone, Copy)]
pub(crate) enum Form {
    /// A struct with `pull` and `new`.
    Struct,
    /// A function from payload to payload.
    Function,
}

/// The CPU time of `strides` strides through `hops` pass-throughs.
pub(crate) fn in_pipeline<T: Payload>(
    form: Form,
    hops: u64,
    strides: u64,
) -> sgn::Result<Duration> {
    let mut pipeline = Pipeline::new();
    let source = pipeline.add(Count::<T>::builder("source"))?;
    let mut last = source.out;
    for hop in 0..hops {
        let name = format!("pass{hop}");
        let (input, output) = match form {
            Form::Struct => {
                let pass = pipeline.add(Pass::<T>::builder(&name))?;
                (pass.frame, pass.out)
            }
            Form::Function => {
                let pass = pipeline.add(hand_on::<T>::builder(&name))?;
                (pass.data, pass.out)
            }
        };
        pipeline.link(last, input)?;
        last = output;
    }
    let sink = pipeline.add(Drain::<T>::builder("sink"))?;
    pipeline.link(last, sink.frame)?;
    pipeline.check()?;
    let options = RunOptions::new().max_strides(strides).handle_signals(false);
    let (time, summary) = cpu_time(|| pipeline.run_with(options));
    assert_eq!(summary?.strides, strides);
    Ok(time)
}

/// What one would write without a framework: a list of boxed steps through which the frame moves.
trait Process<T> {
    fn process(&mut self, frame: ByHand<T>) -> ByHand<T>;
}

struct Same;

impl<T> Process<T> for Same {
    fn process(&mut self, frame: ByHand<T>) -> ByHand<T> {
        frame
    }
}

/// The CPU time of `strides` rounds of a loop over `hops` boxed steps.
pub(crate) fn by_hand<T: Payload>(hops: u64, strides: u64) -> sgn::Result<Duration> {
    let mut steps: Vec<Box<dyn Process<T>>> = (0..hops).map(|_| Box::new(Same) as _).collect();
    let (time, ()) = cpu_time(|| {
        for number in 0..strides {
            let mut frame = ByHand::new(T::make(black_box(number)));
            for step in black_box(&mut steps) {
                frame = step.process(frame);
            }
            drop(black_box(frame));
        }
    });
    Ok(time)
}
