//! Asking a running pipeline to end.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Ends a run from another thread, or from inside an element.
///
/// From the next stride on, every frame that a source gives is marked EOS, so the streams end as if the sources
/// had come to their end: transforms flush, sinks see EOS, and the run returns without an error.
///
/// Cheap to clone; all clones are one handle.
#[derive(Clone, Debug, Default)]
pub struct StopHandle(Arc<AtomicBool>);

impl StopHandle {
    /// Asks for the end. Without effect if the pipeline is not running: each run starts afresh.
    pub fn stop(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether the end was asked for.
    pub fn is_stopping(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    pub(crate) fn reset(&self) {
        self.0.store(false, Ordering::Relaxed);
    }
}
