//! The data of a thread: its state, its shard, and its site cache.

pub(super) mod mode_byte;
pub(super) mod own_shard;
pub(super) mod shard;
pub(super) mod site_cache;
pub(super) mod state;
pub(super) mod tables;
pub(super) mod unowned;
pub(super) mod unowned_threads;
