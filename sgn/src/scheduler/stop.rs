//! Stops a running pipeline.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use super::signals::Signal;

/// Ends a run from another thread, or from inside an element.
///
/// From the next stride on, every frame that a source gives is marked EOS, so the streams end as if the sources had
/// come to their end: transforms flush, sinks see EOS, and the run returns without an error. A run that does not come
/// to its end within a grace period is ended by force, with an error; see [`RunOptions`](super::RunOptions).
///
/// A stop is kept until a run has come to its end, with or without an error: a stop before a run ends the streams in
/// its first stride, and a stop that has not finished at a stride limit continues in the next run. Later runs are not
/// affected.
///
/// Cheap to clone; all clones are one handle.
///
/// ```
/// use sgn::elements::{NullSink, NullSource};
/// use sgn::prelude::*;
///
/// # fn main() -> sgn::Result<()> {
/// let mut pipeline = Pipeline::new();
/// pipeline.connect(
///     NullSource::<u8>::builder("endless").source_pads(["x"]),
///     NullSink::<u8>::builder("snk").sink_pads(["x"]),
/// )?;
/// let handle: StopHandle = pipeline.stop_handle();
/// std::thread::spawn(move || handle.stop());
/// let summary = pipeline.run_with(RunOptions::new())?;
/// assert_eq!(summary.stopped_by, Some(StopCause::Handle));
/// assert!(!pipeline.stop_handle().is_stopping());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default)]
pub struct StopHandle(Arc<AtomicU8>);

const NOBODY: u8 = 0;
const HANDLE: u8 = 1;
const INTERRUPT: u8 = 2;
const TERMINATE: u8 = 3;
const BUDGET: u8 = 4;

impl StopHandle {
    /// Ends the streams, in the current run or in the next one if the pipeline is not running.
    pub fn stop(&self) {
        self.ask(HANDLE);
    }

    /// Returns true if this handle or a signal that a run has received has stopped a run that has not ended yet.
    pub fn is_stopping(&self) -> bool {
        self.0.load(Ordering::Relaxed) != NOBODY
    }

    /// Ends the streams because of a signal.
    pub(super) fn stop_by(&self, signal: Signal) {
        self.ask(match signal {
            Signal::Interrupt => INTERRUPT,
            Signal::Terminate => TERMINATE,
        });
    }

    /// Ends the streams because an element broke its budget.
    pub(super) fn stop_by_budget(&self) {
        self.ask(BUDGET);
    }

    /// Returns the first cause of the stop.
    pub(super) fn cause(&self) -> Option<StopCause> {
        match self.0.load(Ordering::Relaxed) {
            NOBODY => None,
            INTERRUPT => Some(StopCause::Signal(Signal::Interrupt)),
            TERMINATE => Some(StopCause::Signal(Signal::Terminate)),
            BUDGET => Some(StopCause::Budget),
            _ => Some(StopCause::Handle),
        }
    }

    pub(crate) fn reset(&self) {
        self.0.store(NOBODY, Ordering::Relaxed);
    }

    fn ask(&self, cause: u8) {
        // The first cause is kept.
        let _ = self
            .0
            .compare_exchange(NOBODY, cause, Ordering::Relaxed, Ordering::Relaxed);
    }
}

/// The cause of a stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StopCause {
    /// A [`StopHandle`].
    Handle,
    /// A signal, while the run handled signals.
    Signal(Signal),
    /// An element that broke its budget, in a run with [`BrokenBudget::Stop`](crate::BrokenBudget::Stop).
    Budget,
}

impl fmt::Display for StopCause {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Handle => formatter.pad("a stop handle"),
            Self::Signal(signal) => signal.fmt(formatter),
            Self::Budget => formatter.pad("a broken budget"),
        }
    }
}
