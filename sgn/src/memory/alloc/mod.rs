//! The allocator: what an allocation, a growth and a free go through.

pub(super) mod allocator;
pub(super) mod backend;
pub(super) mod hot_path;
pub(super) mod record;
pub(super) mod side_table;
pub(super) mod trailer;
