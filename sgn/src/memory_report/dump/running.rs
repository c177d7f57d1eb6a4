//! The runs that serve requests for a report.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use parking_lot::Mutex;

use super::signal::ThreadOfRun;
use crate::memory::DumpListener;
use crate::recording::Desk;

/// All runs that serve requests.
static RUNS: Mutex<Vec<Arc<Run>>> = Mutex::new(Vec::new());

/// A run, as a watch sees it.
pub(super) struct Run {
    pub(super) thread: ThreadOfRun,
    /// The number of complete strides, of all runs of the pipeline.
    strides: AtomicU64,
    /// The number of the last request that was served.
    served: AtomicU64,
    /// The start, less the time of earlier runs.
    started: Instant,
    before: Duration,
    pub(super) desk: Option<Desk>,
}

impl Run {
    pub(super) fn strides(&self) -> u64 {
        self.strides.load(Relaxed)
    }

    /// Returns the time of all runs of the pipeline.
    pub(super) fn time(&self) -> Duration {
        self.before + self.started.elapsed()
    }

    /// Returns true if `request` is served, and else serves it: of the run and a watch only one does.
    pub(super) fn is_served(&self, request: u64) -> bool {
        self.served.fetch_max(request, Relaxed) >= request
    }
}

/// Registers a run until it is dropped.
pub(in crate::memory_report) struct Running {
    run: Arc<Run>,
    _listener: DumpListener,
}

impl Running {
    /// Registers the run that begins on this thread, after `strides` strides in `before`; `watch` is called
    /// after each request.
    pub(in crate::memory_report) fn begin(
        strides: u64,
        before: Duration,
        desk: Option<Desk>,
        watch: fn(),
    ) -> Self {
        let run = Arc::new(Run {
            thread: ThreadOfRun::current(),
            strides: AtomicU64::new(strides),
            served: AtomicU64::new(crate::memory::last_dump_request()),
            started: Instant::now(),
            before,
            desk,
        });
        RUNS.lock().push(Arc::clone(&run));
        Self {
            run,
            _listener: DumpListener::new(watch),
        }
    }

    /// Counts a stride, and returns true if a report is asked for and not made yet.
    #[inline]
    pub(in crate::memory_report) fn after_stride(&self, strides: u64) -> bool {
        self.run.strides.store(strides, Relaxed);
        let request = crate::memory::last_dump_request();
        request != self.run.served.load(Relaxed) && !self.run.is_served(request)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // A watch that looks at the run has the lock, so its thread lives until then.
        RUNS.lock().retain(|run| !Arc::ptr_eq(run, &self.run));
    }
}

/// Calls `look` with each run that has not served `request`. No run ends meanwhile.
pub(super) fn each_that_has_not_served(request: u64, mut look: impl FnMut(&Run)) {
    for run in RUNS.lock().iter() {
        if !run.is_served(request) {
            look(run);
        }
    }
}
