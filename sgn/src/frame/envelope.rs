//! The data of a frame besides its payload and flags.

use std::mem;

use super::{Metadata, Spec};

/// The annotations of a frame.
///
/// Most frames have none, and a frame is dropped, or might be, in every step of a pipeline. So the drop of an
/// empty envelope is one comparison, and that of any other is handed its parts by value: nothing on the path of a
/// frame refers to it in memory, and the compiler can keep it in registers.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Envelope {
    pub(super) spec: Spec,
    pub(super) metadata: Metadata,
}

impl Envelope {
    pub(super) const EMPTY: Self = Self {
        spec: Spec::NONE,
        metadata: Metadata::NONE,
    };
}

impl Drop for Envelope {
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn drop(&mut self) {
        if !self.spec.is_none() || !self.metadata.is_unused() {
            discard(mem::take(&mut self.spec), mem::take(&mut self.metadata));
        }
    }
}

#[inline(never)]
#[cold]
fn discard(spec: Spec, metadata: Metadata) {
    drop(metadata);
    drop(spec);
}
