//! How a run is to be done, and what came of it.

use std::num::NonZeroU64;

use super::MemoryReport;

/// How [`Pipeline::run_with`](crate::Pipeline::run_with) runs.
///
/// ```
/// use sgn::prelude::*;
///
/// let options = RunOptions::new().max_strides(1000).handle_signals(false);
/// # let _ = options;
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct RunOptions {
    pub(crate) max_strides: Option<NonZeroU64>,
    pub(crate) handle_signals: bool,
    /// None is what the environment says.
    pub(crate) memory_report: Option<MemoryReport>,
}

impl RunOptions {
    /// Until every sink has seen the end of its stream; SIGINT and SIGTERM end the streams.
    pub const fn new() -> Self {
        Self {
            max_strides: None,
            handle_signals: true,
            memory_report: None,
        }
    }

    /// Returns after that many strides even if the streams go on; a later run continues them. 0 is no limit.
    pub const fn max_strides(mut self, strides: u64) -> Self {
        self.max_strides = NonZeroU64::new(strides);
        self
    }

    /// Whether SIGINT and SIGTERM end the streams while the run lasts (the default).
    ///
    /// The first signal marks the frames of all sources EOS, and the run returns when the sinks have seen it; a
    /// second one kills the process. What the signals did before is restored when the run returns.
    pub const fn handle_signals(mut self, handle: bool) -> Self {
        self.handle_signals = handle;
        self
    }

    /// Whether and how often this run reports its memory, instead of what the environment says.
    pub const fn memory_report(mut self, report: MemoryReport) -> Self {
        self.memory_report = Some(report);
        self
    }
}

impl Default for RunOptions {
    fn default() -> Self {
        Self::new()
    }
}

/// What came of a run that did not fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RunSummary {
    /// How many strides this run made.
    pub strides: u64,
    /// Whether all sinks have seen the end of their streams.
    pub finished: bool,
    /// Whether the streams were ended by a stop handle or a signal.
    pub stopped: bool,
}
