//! What each thread has: its state, its shard, and its cache of sites.

pub(super) mod current;
pub(super) mod shard;
pub(super) mod site_cache;
pub(super) mod strangers;
pub(super) mod tables;
