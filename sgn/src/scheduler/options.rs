//! The options of a run, and its result.

use std::num::NonZeroU64;
use std::process::{ExitCode, Termination};
use std::time::Duration;

use super::StopCause;
use crate::budgets::BrokenBudget;
use crate::memory_report::{MemoryFile, MemoryReport};

/// The options of [`Pipeline::run_with`](crate::Pipeline::run_with).
///
/// # Every run ends
///
/// The streams of a source end when it says so, or with the next frame after a stop or a first signal. A transform
/// ends its streams when all of its inputs have ended, in the same stride, whatever its frames say: so the end of all
/// sources reaches all sinks within one stride.
///
/// A transform with the option `eos = manual` ends its streams by itself, because it has frames to give after the end
/// of its inputs. The run waits for it as long as its strides bring the end nearer, and a stride does if some pad sees
/// its first EOS in it. An element that holds the end back for longer than the grace has lost it, and the run fails
/// with an error of kind [`EndLost`](crate::ErrorKind::EndLost) that names it:
///
/// - after [`grace_strides`](Self::grace_strides) strides that bring the end no nearer (1000);
/// - after [`grace_time`](Self::grace_time) (1 s) if the run was stopped, from the stride that ended the sources on;
/// - after that time otherwise, but not before it had as many strides as the sources gave frames, and at least 16. A
///   transform received the frames that it holds back one a stride, so it can give them in as many strides. A warning
///   names the element that the run waits for.
///
/// A callback that does not return cannot be interrupted; a second signal kills the process.
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
    pub(crate) grace: Grace,
    /// `None` leaves it to the environment.
    pub(crate) memory_report: Option<MemoryReport>,
    /// `None` leaves it to the environment.
    pub(crate) memory_file: Option<MemoryFile>,
    pub(crate) dump_on_signal: bool,
    pub(crate) broken_budget: BrokenBudget,
}

impl RunOptions {
    /// Runs until every sink has seen the end of its stream; SIGINT and SIGTERM end the streams.
    pub const fn new() -> Self {
        Self {
            max_strides: None,
            handle_signals: true,
            grace: Grace {
                strides: 1000,
                time: Duration::from_secs(1),
            },
            memory_report: None,
            memory_file: None,
            dump_on_signal: false,
            broken_budget: BrokenBudget::Warn,
        }
    }

    /// Limits the number of strides of the run, even if the streams go on; a later run continues them. 0 is no limit.
    pub const fn max_strides(mut self, strides: u64) -> Self {
        self.max_strides = NonZeroU64::new(strides);
        self
    }

    /// Sets whether SIGINT and SIGTERM end the streams while the run lasts (the default).
    ///
    /// The first signal marks the frames of all sources EOS, and the run returns when the sinks have seen it; a
    /// second one kills the process. What the signals did before is restored when the run returns. A warning says so
    /// when the first one comes, on standard error if the program has no subscriber.
    pub const fn handle_signals(mut self, handle: bool) -> Self {
        self.handle_signals = handle;
        self
    }

    /// Sets how many strides `eos = manual` transforms may take to bring the end nearer once all sources have ended
    /// (1000).
    ///
    /// See [Every run ends](#every-run-ends). There is always one; 0 is taken for 1.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use sgn::prelude::*;
    ///
    /// // For a delay of 100 000 frames, which takes a minute to drain.
    /// let options = RunOptions::new()
    ///     .grace_strides(100_001)
    ///     .grace_time(Duration::from_secs(120));
    /// # let _ = options;
    /// ```
    pub const fn grace_strides(mut self, strides: u64) -> Self {
        self.grace.strides = strides;
        self
    }

    /// Sets how long a run may take to end after a stop or a signal (1 s), and how long it waits otherwise before it
    /// warns.
    ///
    /// See [Every run ends](#every-run-ends). A stride that has begun is not interrupted.
    pub const fn grace_time(mut self, time: Duration) -> Self {
        self.grace.time = time;
        self
    }

    /// Sets whether and how often this run reports its memory, instead of what the environment says.
    pub const fn memory_report(mut self, report: MemoryReport) -> Self {
        self.memory_report = Some(report);
        self
    }

    /// Records the memory of this run to a file, instead of what the environment says.
    pub fn memory_file(mut self, file: MemoryFile) -> Self {
        self.memory_file = Some(file);
        self
    }

    /// Has SIGUSR1 ask for a memory report while the run lasts, as [`memory::dump`](crate::memory::dump) does.
    ///
    /// Without this, the signal does what the system has it do, which is to end the process.
    /// `SGN_MEMPROF_SIGNAL=SIGUSR1` sets it from outside. What the signal did before is restored after the run.
    ///
    /// ```
    /// use sgn::prelude::*;
    ///
    /// let options = RunOptions::new().dump_on_signal();
    /// # let _ = options;
    /// ```
    pub const fn dump_on_signal(mut self) -> Self {
        self.dump_on_signal = true;
        self
    }

    /// Sets what follows if an element breaks its budget of memory (a warning).
    pub const fn broken_budget(mut self, then: BrokenBudget) -> Self {
        self.broken_budget = then;
        self
    }
}

/// The limits of a run after all sources have ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Grace {
    pub(crate) strides: u64,
    pub(crate) time: Duration,
}

impl Default for RunOptions {
    fn default() -> Self {
        Self::new()
    }
}

/// The result of a run that did not fail.
///
/// `main` may return it: a program that ends with a run with options returns `sgn::Result<RunSummary>`, and exits as
/// one that returns nothing.
///
/// ```
/// use sgn::elements::{NullSink, NullSource};
/// use sgn::prelude::*;
///
/// fn main() -> sgn::Result<RunSummary> {
///     let mut pipeline = Pipeline::new();
///     pipeline.connect(
///         NullSource::<u8>::builder("src").source_pads(["out"]),
///         NullSink::<u8>::builder("snk").sink_pads(["in"]),
///     )?;
///     pipeline.run_with(RunOptions::new().max_strides(3))
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RunSummary {
    /// The number of strides of this run.
    pub strides: u64,
    /// True if all sinks have seen the end of their streams.
    pub finished: bool,
    /// True if a stop handle, a signal or a broken budget stopped the run before its end.
    pub stopped: bool,
    /// The first of them.
    pub stopped_by: Option<StopCause>,
}

/// Success: a run that failed has no summary.
impl Termination for RunSummary {
    fn report(self) -> ExitCode {
        ExitCode::SUCCESS
    }
}
