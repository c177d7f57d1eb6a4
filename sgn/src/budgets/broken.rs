//! The choice of what follows if an element breaks its budget.

/// The consequence of an element that breaks its budget, set by
/// [`RunOptions::broken_budget`](crate::RunOptions::broken_budget).
///
/// An element gets a budget by the options `budget`, `allocs_per_stride` and `warm_up` of its attribute, or by the
/// methods of the same names of its [builder](crate::element::ElementBuilder).
///
/// ```
/// use sgn::elements::{IterSource, NullSink};
/// use sgn::prelude::*;
/// use sgn::{BrokenBudget, ErrorKind};
///
/// sgn::counting_allocator!();
///
/// #[sgn::sink(budget = "1 KiB")]
/// fn keep(text: String, #[state] kept: &mut Vec<String>) {
///     kept.push(text);
/// }
///
/// #[sgn::transform(allocs_per_stride = 0, warm_up = 1)]
/// fn name(number: u32) -> String {
///     format!("number {number}")
/// }
///
/// fn main() -> sgn::Result<()> {
///     let pipeline = |name| {
///         let mut pipeline = Pipeline::new();
///         pipeline.connect(IterSource::builder("src").iter("out", 0..1000_u32), name)?;
///         pipeline.connect("name", keep::builder("keep").budget("1 MiB"))?;
///         Ok::<_, sgn::Error>(pipeline)
///     };
///     let fail = RunOptions::new().broken_budget(BrokenBudget::Fail);
///     let error = pipeline(name::builder("name"))?.run_with(fail.clone()).unwrap_err();
///     assert_eq!(error.kind(), ErrorKind::Budget);
///     assert_eq!((error.element(), error.pad(), error.stride()), (Some("name"), Some("name:src:out"), Some(2)));
///     println!("{error}");
///
///     // What the builder says stands before the attribute.
///     pipeline(name::builder("name").allocs_per_stride(1))?.run_with(fail)?;
///
///     let stop = RunOptions::new().broken_budget(BrokenBudget::Stop);
///     let summary = pipeline(name::builder("name"))?.run_with(stop)?;
///     assert_eq!((summary.strides, summary.stopped_by), (3, Some(StopCause::Budget)));
///     Ok(())
/// }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BrokenBudget {
    /// The run goes on; a warning says which element broke which limit, once for each limit of an element. Without a
    /// subscriber it goes to standard error.
    #[default]
    Warn,
    /// The run ends after that stride, with an error of the kind [`Budget`](crate::ErrorKind::Budget).
    Fail,
    /// The warning, and the streams end as [`StopHandle::stop`](crate::StopHandle::stop) ends them, without an error.
    Stop,
}
