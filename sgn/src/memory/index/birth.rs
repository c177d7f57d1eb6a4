//! The clock of births: how many strides the process has completed.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use crate::memory::index::cell::VALUE;

/// The strides that all runs of the process have completed, as far as it fits into a cell.
static STRIDES: AtomicU32 = AtomicU32::new(0);

/// Returns the birth of a block that is allocated now.
#[inline(always)]
pub(in crate::memory) fn now() -> u32 {
    STRIDES.load(Relaxed)
}

/// Counts a stride of any run.
///
/// Two pipelines that end a stride at the same moment may count one: a lock for each stride would cost more than the
/// age of a block is worth. The number stays at its greatest value after 2^30 strides.
#[inline]
pub(crate) fn end_stride() {
    STRIDES.store((STRIDES.load(Relaxed) + 1).min(VALUE), Relaxed);
}
