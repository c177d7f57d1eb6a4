//! Transforms that do not hand the end of their streams on, or do so late.

use std::collections::VecDeque;
use std::time::Duration;

use sgn::elements::{CollectSink, IterSource, NullSink};
use sgn::prelude::*;

/// Makes a new frame of each, and so loses its flags.
#[sgn::transform]
pub(crate) fn renew(x: &Frame<u32>) -> Frame<u32> {
    Frame::from_option(x.data().copied())
}

/// As `renew`, and says that it ends by itself.
#[sgn::transform(eos = manual)]
pub(crate) fn lose(x: &Frame<u32>) -> Frame<u32> {
    Frame::from_option(x.data().copied())
}

/// Says of each frame that it is not the last one.
#[sgn::transform]
pub(crate) struct Denies {
    #[state]
    held: Option<u32>,
}

#[sgn::transform]
impl Denies {
    fn pull(&mut self, x: Frame<u32>) {
        self.held = x.into_data();
    }

    fn new(&mut self) -> Frame<u32> {
        Frame::from_option(self.held.take()).with_eos(false)
    }
}

/// As `Denies`, and says that it ends by itself.
#[sgn::transform]
pub(crate) struct Loses {
    #[state]
    held: Option<u32>,
}

#[sgn::transform(eos = manual)]
impl Loses {
    fn pull(&mut self, x: Frame<u32>) {
        self.held = x.into_data();
    }

    fn new(&mut self) -> Frame<u32> {
        Frame::from_option(self.held.take()).with_eos(false)
    }
}

/// Adds its inputs up, and counts on if there are none left.
#[sgn::transform]
pub(crate) struct Sums {
    #[state]
    sum: u32,
}

#[sgn::transform]
impl Sums {
    #[pads(dynamic)]
    fn pull(&mut self, _pad: Pad<'_>, x: &Frame<u32>) {
        self.sum += x.data().copied().unwrap_or_default();
    }

    #[pads(dynamic)]
    fn new(&mut self, _pad: Pad<'_>) -> Frame<u32> {
        Frame::new(self.sum)
    }
}

/// As `Sums`, and says that it ends by itself; the pads called `good` end with any input.
#[sgn::transform]
pub(crate) struct LosesSome {
    #[state]
    ended: bool,
}

#[sgn::transform(eos = manual)]
impl LosesSome {
    #[pads(dynamic)]
    fn pull(&mut self, _pad: Pad<'_>, x: &Frame<u32>) {
        self.ended |= x.is_eos();
    }

    #[pads(dynamic)]
    fn new(&mut self, pad: Pad<'_>) -> Frame<u32> {
        Frame::gap().with_eos(self.ended && pad.name() == "good")
    }
}

/// Gives each frame `strides` strides later, the last one marked EOS.
#[sgn::transform]
pub(crate) struct Delay {
    #[prop]
    strides: usize,
    #[state]
    held: VecDeque<Frame<u32>>,
}

#[sgn::transform(eos = manual)]
impl Delay {
    fn pull(&mut self, x: Frame<u32>) {
        self.held.push_back(x);
    }

    fn new(&mut self) -> Frame<u32> {
        if self.held.len() <= self.strides {
            return Frame::gap();
        }
        self.held.pop_front().unwrap_or_else(Frame::gap)
    }
}

/// Gives numbers for ever.
#[sgn::source]
pub(crate) fn count(#[state] n: &mut u32) -> u32 {
    *n = n.wrapping_add(1);
    *n
}

/// Asks for the end when it has seen three frames.
#[sgn::sink]
pub(crate) struct Enough {
    #[prop]
    stop: StopHandle,
    #[state]
    pub(crate) seen: u64,
}

#[sgn::sink]
impl Enough {
    fn pull(&mut self, x: &Frame<u32>) {
        let _ = x;
        self.seen += 1;
        if self.seen == 3 {
            self.stop.stop();
        }
    }
}

/// A run that is given up after so many strides, however slow the machine.
pub(crate) const fn patient() -> RunOptions {
    RunOptions::new()
        .max_strides(100_000)
        .handle_signals(false)
        .grace_time(Duration::from_secs(3600))
}

/// A source of three numbers, `middle`, and a sink that collects.
macro_rules! chain {
    ($middle:expr) => {
        $crate::elements::three_numbers_through(|pipeline| {
            pipeline.add($middle).map(|pads| (pads.x, pads.out))
        })
    };
}
pub(crate) use chain;

pub(crate) struct Chain {
    pub(crate) pipeline: Pipeline,
}

impl Chain {
    pub(crate) fn run(&mut self) -> sgn::Result<RunSummary> {
        self.pipeline.run_with(patient())
    }

    /// What the sink has collected.
    pub(crate) fn collected(&self) -> Vec<u32> {
        let sink = self.pipeline.element_by_name::<CollectSink<u32>>("snk");
        sink.unwrap().data("x").to_vec()
    }
}

pub(crate) fn three_numbers_through(
    middle: impl FnOnce(&mut Pipeline) -> sgn::Result<(SinkPad<u32>, SourcePad<u32>)>,
) -> Chain {
    let mut pipeline = Pipeline::new();
    let source = pipeline
        .add(IterSource::builder("src").iter("x", 0..3))
        .unwrap();
    let (sink_pad, source_pad) = middle(&mut pipeline).unwrap();
    let sink = CollectSink::<u32>::builder("snk").sink_pads(["x"]);
    let sink = pipeline.add(sink).unwrap();
    pipeline.link(source.out["x"], sink_pad).unwrap();
    pipeline.link(source_pad, sink.frame["x"]).unwrap();
    Chain { pipeline }
}

/// An endless source, `middle`, and a sink that asks for the end of the run.
pub(crate) fn endless(
    middle: impl FnOnce(&mut Pipeline) -> sgn::Result<(SinkPad<u32>, SourcePad<u32>)>,
) -> Pipeline {
    let mut pipeline = Pipeline::new();
    let stop = pipeline.stop_handle();
    let source = pipeline.add(count::builder("src")).unwrap();
    let (sink_pad, source_pad) = middle(&mut pipeline).unwrap();
    let sink = pipeline.add(Enough::builder("snk").stop(stop)).unwrap();
    pipeline.link(source.out, sink_pad).unwrap();
    pipeline.link(source_pad, sink.x).unwrap();
    pipeline
}

/// A sink for every source pad of `element`.
pub(crate) fn null_sink(pads: &[&str], policy: EosPolicy) -> impl sgn::element::IntoElement {
    NullSink::<u32>::builder("snk")
        .sink_pads(pads.iter().copied())
        .eos(policy)
}
