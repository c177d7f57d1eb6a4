//! One source whose frames many sinks look at.

use std::hint::black_box;
use std::time::Duration;

use sgn::Frame;
use sgn::prelude::*;

use super::by_hand::ByHand;
use super::measure::cpu_time;

#[sgn::source]
fn count(#[state] number: &mut u64) -> u64 {
    *number += 1;
    *number
}

#[sgn::sink]
struct Look {}

#[sgn::sink]
impl Look {
    fn pull(&mut self, frame: &Frame<u64>) {
        black_box(frame);
    }
}

/// The CPU time of `strides` frames that `sinks` sinks look at.
pub(crate) fn in_pipeline(sinks: u64, strides: u64) -> sgn::Result<Duration> {
    let mut pipeline = Pipeline::new();
    let source = pipeline.add(count::builder("source"))?;
    for sink in 0..sinks {
        let sink = pipeline.add(Look::builder(format!("sink{sink}")))?;
        pipeline.link(source.out, sink.frame)?;
    }
    pipeline.check()?;
    let options = RunOptions::new().max_strides(strides).handle_signals(false);
    let (time, summary) = cpu_time(|| pipeline.run_with(options));
    assert_eq!(summary?.strides, strides);
    Ok(time)
}

/// The CPU time of `strides` frames shown to `sinks` boxed functions in a loop.
pub(crate) fn by_hand(sinks: u64, strides: u64) -> sgn::Result<Duration> {
    type Look = Box<dyn FnMut(&ByHand<u64>)>;
    let mut looks: Vec<Look> = (0..sinks)
        .map(|_| {
            let look: Look = Box::new(|frame| {
                black_box(frame);
            });
            look
        })
        .collect();
    let (time, ()) = cpu_time(|| {
        for number in 0..strides {
            let frame = ByHand::new(black_box(number));
            for look in black_box(&mut looks) {
                look(&frame);
            }
        }
    });
    Ok(time)
}
