//! sgn

pub mod memory;
pub mod report;

/// Used by generated code. Not public API, not subject to SemVer.
#[doc(hidden)]
pub mod __private {
    pub use crate::memory::{
        Mark, OwnerId, SavedMark, Scope, mark, owner, restore_mark, save_mark, set_owner,
        set_stride,
    };
}
