//! The allocator: the path of an allocation, a `realloc` and a free.

pub(super) mod allocator;
pub(super) mod backend;
pub(super) mod hot_path;
pub(super) mod record;
pub(super) mod side_table;
pub(super) mod trailer;
