//! Ends a transform's outputs when its inputs have ended.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::held::Collector;
use crate::pad::slot::EndsWithNext;
use crate::pad::stride::Stride;

/// The source pads of a transform, as its sink pads see them: they end when the last sink pad has seen EOS.
///
/// A frame marked EOS leaves the fast path of a sink pad anyway, so the frames before it pay nothing.
pub(crate) struct Outputs {
    /// The number of sink pads that have not seen EOS. Atomic because ports move between threads; only one thread at a
    /// time uses it.
    open: AtomicUsize,
    slots: Vec<Arc<dyn EndsWithNext>>,
}

impl Outputs {
    /// Returns the outputs with these slots, which end when `inputs` inputs have.
    pub(super) const fn new(inputs: usize, slots: Vec<Arc<dyn EndsWithNext>>) -> Self {
        Self {
            open: AtomicUsize::new(inputs),
            slots,
        }
    }

    /// Records that a sink pad saw its first EOS.
    pub(super) fn one_input_ended(&self) {
        let open = self.open.load(Ordering::Relaxed);
        self.open.store(open.saturating_sub(1), Ordering::Relaxed);
    }

    /// Adds the blocks of this list to the roots. The slots in it belong to the source pads.
    pub(super) fn hold(&self, into: &mut Collector<'_>) {
        into.block_of(self);
        into.block_of(&*self.slots);
    }

    /// Marks the next frame of every source pad as the last one, if all inputs have ended.
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
