//! Which callback of a port a panic came out of.

use std::cell::Cell;

use crate::error::Callback;

/// The callback of a port that a panic came out of, if there was one.
#[derive(Debug, Default)]
pub(crate) struct Unwound(Cell<Option<Callback>>);

impl Unwound {
    /// Calls `work`, and notes a panic that comes out of it; costs nothing without one.
    #[inline(always)]
    pub(super) fn watch<R>(&self, callback: Callback, work: impl FnOnce() -> R) -> R {
        let watch = Watch(self, callback);
        let outcome = work();
        std::mem::forget(watch);
        outcome
    }

    /// The callback that a panic came out of since the last call.
    pub(crate) fn take(&self) -> Option<Callback> {
        self.0.take()
    }
}

/// Dropped by a panic only.
struct Watch<'a>(&'a Unwound, Callback);

impl Drop for Watch<'_> {
    #[cold]
    fn drop(&mut self) {
        self.0.0.set(Some(self.1));
    }
}
