//! The parts of a thread: its state, its shard, and its cache of sites.

pub(super) mod mode_byte;
pub(super) mod own_shard;
pub(super) mod shard;
pub(super) mod site_cache;
pub(super) mod state;
pub(super) mod stranger;
pub(super) mod strangers;
pub(super) mod tables;
