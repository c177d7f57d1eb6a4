//! The state of one thread, and the tables of all.

#[path = "../../../../sgn/src/memory/thread/mode_byte.rs"]
pub(super) mod mode_byte;
#[path = "../../../../sgn/src/memory/thread/own_shard.rs"]
mod own_shard;
#[path = "../../../../sgn/src/memory/thread/shard.rs"]
pub(super) mod shard;
#[path = "../../../../sgn/src/memory/thread/site_cache.rs"]
pub(super) mod site_cache;
#[path = "../../../../sgn/src/memory/thread/state.rs"]
pub(super) mod state;
#[path = "../../../../sgn/src/memory/thread/tables.rs"]
pub(super) mod tables;
#[path = "../../../../sgn/src/memory/thread/unowned.rs"]
mod unowned;
#[path = "../../../../sgn/src/memory/thread/unowned_threads.rs"]
mod unowned_threads;

/// Takes a table for the calling thread, of which the byte does not follow the mode yet.
pub(super) fn acquire() -> &'static shard::Shard {
    tables::acquire().expect("a table").shard
}

/// Takes a table for the calling thread, as its first block does.
pub(super) fn take_table() -> &'static shard::Shard {
    let taken = tables::acquire().expect("a table");
    if taken.is_empty {
        taken.shard.cache.state.follow();
    }
    taken.shard
}

/// Releases a table, as the end of a thread does.
pub(super) fn release_table(shard: &shard::Shard) {
    tables::release(shard);
}

/// Returns the byte of a table that repeats the mode.
pub(super) fn byte_of(shard: &shard::Shard) -> u8 {
    use mode_byte::ModeByte;
    let byte = &shard.cache.state;
    match () {
        () if byte.is::<{ ModeByte::UNDECIDED }>() => ModeByte::UNDECIDED,
        () if byte.is::<{ ModeByte::OFF }>() => ModeByte::OFF,
        () if byte.is::<{ ModeByte::ON }>() => ModeByte::ON,
        () if byte.is::<{ ModeByte::SAMPLED }>() => ModeByte::SAMPLED,
        () => ModeByte::EARLY,
    }
}
