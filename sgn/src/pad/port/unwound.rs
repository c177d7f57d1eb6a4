//! Records the callback of a port from which a panic unwound.

use std::cell::Cell;

use crate::error::Callback;

/// The callback of a port from which a panic unwound, if any.
#[derive(Debug, Default)]
pub(crate) struct Unwound(Cell<Option<Callback>>);

impl Unwound {
    /// Calls `work`, and records a panic that comes out of it; costs nothing without a panic.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn watch<R>(&self, callback: Callback, work: impl FnOnce() -> R) -> R {
        let watch = Watch(self, callback);
        let outcome = work();
        std::mem::forget(watch);
        outcome
    }

    /// Records that a panic comes out of `callback`.
    #[cold]
    pub(super) fn record(&self, callback: Callback) {
        self.0.set(Some(callback));
    }

    /// Takes the callback from which a panic unwound since the last call.
    pub(crate) fn take(&self) -> Option<Callback> {
        self.0.take()
    }
}

/// Records the callback in its destructor, which runs only while a panic unwinds.
struct Watch<'a>(&'a Unwound, Callback);

impl Drop for Watch<'_> {
    #[cold]
    fn drop(&mut self) {
        self.0.record(self.1);
    }
}
