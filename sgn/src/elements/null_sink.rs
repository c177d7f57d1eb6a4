//! A sink that drops everything.

use crate::frame::Frame;
use crate::pad::Pad;

/// Looks at every frame and drops it.
///
/// ```
/// use sgn::elements::{IterSource, NullSink};
/// use sgn::prelude::*;
///
/// # fn main() -> sgn::Result<()> {
/// let mut pipeline = Pipeline::new();
/// pipeline.connect(
///     IterSource::builder("src").iter("out", 0..10),
///     NullSink::<i32>::builder("snk").sink_pads(["in"]),
/// )?;
/// pipeline.run()?;
/// # Ok(())
/// # }
/// ```
#[sgn::sink]
#[derive(Debug)]
pub struct NullSink<T: Send + 'static> {
    #[state]
    payload: std::marker::PhantomData<fn() -> T>,
}

#[sgn::sink]
impl<T: Send + 'static> NullSink<T> {
    #[pads(dynamic)]
    fn pull(&mut self, _pad: Pad<'_>, _frame: &Frame<T>) {}
}
