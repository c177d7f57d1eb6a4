//! A source of frames without data.

use std::thread;
use std::time::Duration;

use crate::frame::Frame;
use crate::pad::Pad;

/// Gives frames without data: a heartbeat.
///
/// They are not marked as gaps.
///
/// Its frames are counted over all pads, and those after the first `num_frames` are marked EOS; with several
/// pads some may so end one stride before others.
///
/// ```
/// use std::time::Duration;
///
/// use sgn::elements::{NullSink, NullSource};
/// use sgn::prelude::*;
///
/// # fn main() -> sgn::Result<()> {
/// let mut pipeline = Pipeline::new();
/// pipeline.connect(
///     NullSource::<u8>::builder("src").source_pads(["out"]).num_frames(3).wait(Duration::from_millis(1)),
///     NullSink::<u8>::builder("snk").sink_pads(["in"]),
/// )?;
/// assert_eq!(pipeline.run_with(RunOptions::new())?.strides, 4);
/// # Ok(())
/// # }
/// ```
#[sgn::source]
#[derive(Debug)]
pub struct NullSource<T: Send + 'static> {
    /// The number of frames before the end; without it the stream does not end.
    #[prop(default = u64::MAX)]
    num_frames: u64,
    /// The time to sleep before each frame.
    #[prop(default = Duration::ZERO)]
    wait: Duration,
    #[state]
    given: u64,
    #[state]
    payload: std::marker::PhantomData<fn() -> T>,
}

#[sgn::source]
impl<T: Send + 'static> NullSource<T> {
    #[pads(dynamic)]
    fn new(&mut self, _pad: Pad<'_>) -> Frame<T> {
        if !self.wait.is_zero() {
            thread::sleep(self.wait);
        }
        let eos = self.given >= self.num_frames;
        self.given = self.given.saturating_add(1);
        Frame::from_option(None).with_eos(eos)
    }
}
