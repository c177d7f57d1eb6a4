//! How the end of a transform's inputs becomes the end of its outputs.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::pad::slot::EndsWithNext;
use crate::pad::stride::Stride;

/// The source pads of a transform, as its sink pads see them: they end when the last sink pad has seen EOS.
///
/// A frame that is marked EOS leaves the fast path of a sink pad in any case, so the frames before it pay nothing.
pub(crate) struct Outputs {
    /// How many sink pads have not seen EOS. Atomic because ports move between threads; one at a time uses it.
    open: AtomicUsize,
    slots: Vec<Arc<dyn EndsWithNext>>,
}

impl Outputs {
    /// The outputs that rest in `slots`, and end when that many inputs have.
    pub(super) const fn new(inputs: usize, slots: Vec<Arc<dyn EndsWithNext>>) -> Self {
        Self {
            open: AtomicUsize::new(inputs),
            slots,
        }
    }

    /// A sink pad saw its first EOS.
    pub(super) fn one_input_ended(&self) {
        let open = self.open.load(Ordering::Relaxed);
        self.open.store(open.saturating_sub(1), Ordering::Relaxed);
    }

    /// If all inputs have ended, the next frame of every source pad is the last one.
    pub(super) fn end_with_inputs(&self, stride: &Stride) {
        if self.open.load(Ordering::Relaxed) == 0 {
            for slot in &self.slots {
                slot.end_with_next(stride);
            }
        }
    }
}

impl fmt::Debug for Outputs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outputs")
            .field("open", &self.open)
            .finish_non_exhaustive()
    }
}
