//! The plan of a large pipeline.

use std::time::Duration;

use sgn::elements::{NullSink, NullSource, PassThrough};
use sgn::prelude::*;

use super::measure::cpu_time;

/// How many chains there are side by side, and how long each is, ends included.
const CHAINS: usize = 100;
const LENGTH: usize = 100;

/// The CPU time of checking and planning 10,000 elements that were just linked: the median of five.
pub(crate) fn ten_thousand() -> sgn::Result<Duration> {
    let mut times = Vec::new();
    for _ in 0..5 {
        let pipeline = chains()?;
        let (time, checked) = cpu_time(|| pipeline.check());
        checked?;
        times.push(time);
    }
    times.sort();
    Ok(times[times.len() / 2])
}

fn chains() -> sgn::Result<Pipeline> {
    let mut pipeline = Pipeline::new();
    for chain in 0..CHAINS {
        let name = |place| format!("e{chain}_{place}");
        let source = NullSource::<u64>::builder(name(0)).source_pads(["x"]);
        let mut last = pipeline.add(source)?.out["x"];
        for place in 1..LENGTH - 1 {
            let pass = PassThrough::<u64>::builder(name(place));
            let pass = pipeline.add(pass.sink_pads(["x"]).source_pads(["x"]))?;
            pipeline.link(last, pass.frame["x"])?;
            last = pass.out["x"];
        }
        let sink = NullSink::<u64>::builder(name(LENGTH - 1)).sink_pads(["x"]);
        let sink = pipeline.add(sink)?;
        pipeline.link(last, sink.frame["x"])?;
    }
    Ok(pipeline)
}
