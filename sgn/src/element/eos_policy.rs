//! The condition for a sink to be finished.

/// The condition for a sink to be finished. A run ends when all sinks are.
///
/// ```
/// use sgn::elements::{IterSource, NullSink};
/// use sgn::prelude::*;
///
/// fn strides(policy: EosPolicy) -> sgn::Result<u64> {
///     let mut pipeline = Pipeline::new();
///     pipeline.connect(
///         IterSource::builder("src").iter("short", 0..2).iter("long", 0..9),
///         NullSink::<i32>::builder("snk").sink_pads(["short", "long"]).eos(policy),
///     )?;
///     Ok(pipeline.run_with(RunOptions::new())?.strides)
/// }
/// assert_eq!(strides(EosPolicy::Any)?, 3);
/// assert_eq!(strides(EosPolicy::All)?, 10);
/// # Ok::<(), sgn::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EosPolicy {
    /// Finished as soon as one of its pads has seen EOS, without waiting for the rest of longer
    /// inputs.
    #[default]
    Any,
    /// Once each of its pads has seen EOS.
    All,
}
