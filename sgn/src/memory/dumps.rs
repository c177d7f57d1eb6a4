//! Requests for a report now.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};

/// The number of requests so far.
static REQUESTS: AtomicU64 = AtomicU64::new(0);

/// The number of runs that serve requests.
static LISTENERS: AtomicUsize = AtomicUsize::new(0);

/// Called after a request, to see that it is served even if a stride does not end.
static WATCH: OnceLock<fn()> = OnceLock::new();

/// Asks each running pipeline that reports its memory, or records it, for a report and a snapshot now.
///
/// A run writes them at the end of its stride: to the log, and to its file if it has one. If the stride does not end
/// within a second, they are written at once, and say in which element the run is. From inside an element it is the end
/// of that stride. [`RunOptions::dump_on_signal`](crate::RunOptions::dump_on_signal) does the same on SIGUSR1.
///
/// Returns false if there is no such run. Returns at once.
///
/// ```
/// use sgn::elements::IterSource;
/// use sgn::memory;
/// use sgn::prelude::*;
///
/// sgn::counting_allocator!();
///
/// #[sgn::sink]
/// fn look(number: u32) {
///     if number == 7 {
///         assert!(memory::dump());
///     }
/// }
///
/// fn main() -> sgn::Result<()> {
///     assert!(!memory::dump());
///     let mut pipeline = Pipeline::new();
///     pipeline.connect(IterSource::builder("src").iter("out", 0..10_u32), look::builder("snk"))?;
///     pipeline.run_with(RunOptions::new().memory_report(MemoryReport::on()))?;
///     Ok(())
/// }
/// ```
pub fn dump() -> bool {
    let has_listener = LISTENERS.load(Relaxed) > 0;
    if has_listener {
        request_dump();
        if let Some(watch) = WATCH.get() {
            watch();
        }
    }
    has_listener
}

/// Counts a request. Async-signal-safe.
pub(crate) fn request_dump() {
    REQUESTS.fetch_add(1, Relaxed);
}

/// Returns the number of the last request; zero if there was none.
#[inline]
pub(crate) fn last_dump_request() -> u64 {
    REQUESTS.load(Relaxed)
}

/// A run that serves requests, while this lives.
#[derive(Debug)]
pub(crate) struct DumpListener(());

impl DumpListener {
    /// Registers a run. `watch` is called after each request; it is the same function for all runs.
    pub(crate) fn new(watch: fn()) -> Self {
        LISTENERS.fetch_add(1, Relaxed);
        let _ = WATCH.set(watch);
        Self(())
    }
}

impl Drop for DumpListener {
    fn drop(&mut self) {
        LISTENERS.fetch_sub(1, Relaxed);
    }
}
