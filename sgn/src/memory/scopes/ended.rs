//! Ends an owner: once its blocks are freed, another owner may get its number.
//!
//! The counters of an owner must not be lost, and only their own thread may write them. So they stay as they are, and
//! each site stores how much of them was counted for owners that have ended. A reader subtracts that from the site and
//! adds it to [`OwnerId::ENDED`](crate::memory::id::owner::OwnerId::ENDED), so the sum is the same whenever it reads.
//!
//! A thread that still charges to the owner detects that it has ended. There is one gap of five instructions, between
//! the lookup in the site cache and the count: a thread that is interrupted there until the number has been assigned
//! again counts at a site that may belong to another owner. Then that one block has the wrong owner, but both its
//! allocation and its free are counted once, at the same site.

use std::sync::atomic::{
    AtomicU64,
    Ordering::{Acquire, Relaxed},
};

use crate::memory::id::key::Key;
use crate::memory::id::names;
use crate::memory::id::owner::OwnerId;
use crate::memory::id::sites::{self, PerSite, SiteId};
use crate::memory::sampling::samples;
use crate::memory::thread::shard::Shard;
use crate::memory::thread::tables::{self, View};

/// Returns the bytes and blocks that were allocated at a site; `None` if some of them are live.
fn allocated_if_all_freed(site: SiteId) -> Option<[u64; 2]> {
    let view = View::new();
    let sum = |of: fn(&Shard) -> &PerSite<AtomicU64>| {
        view.tables().fold(0_u64, |sum, shard| {
            sum.wrapping_add(of(shard).at(site).load(Acquire))
        })
    };
    // The frees are read first, so that no free is seen without its allocation.
    let freed = [
        sum(|shard| &shard.freed_bytes),
        sum(|shard| &shard.freed_blocks),
    ];
    let allocated = [
        sum(|shard| &shard.allocated_bytes),
        sum(|shard| &shard.allocated_blocks),
    ];
    (allocated == freed && !samples::is_any_live(site)).then_some(allocated)
}

fn has_no_live_block(owner: OwnerId) -> bool {
    sites::of_owner(owner).all(|site| allocated_if_all_freed(site).is_some())
}

/// Records that what `owner` has allocated belongs to owners that have ended; `false` if it has live blocks.
fn move_to_ended(owner: OwnerId) -> bool {
    if !has_no_live_block(owner) {
        return false;
    }
    for site in sites::of_owner(owner) {
        // A thread that still charges to the owner may be allocating at this site; then the site is left as it is, and
        // the number's next owner gets its counts.
        if let Some([bytes, blocks]) = allocated_if_all_freed(site) {
            sites::end_at(site, bytes, blocks);
            samples::end_at(site);
        }
    }
    true
}

/// Ends `owner`, which was released; `false`, with nothing changed, if it has live blocks.
pub(super) fn end(owner: OwnerId) -> bool {
    if !has_no_live_block(owner) {
        return false;
    }
    names::suspend(owner);
    // A thread that cached a site of the owner meanwhile either sees that the owner was suspended, or its entry is
    // removed here.
    for site in sites::of_owner(owner) {
        let mark = sites::mark_of(site).map_or(std::ptr::null(), std::ptr::from_ref);
        let key = Key::new(owner, mark);
        tables::in_use().for_each(|shard| shard.cache.remove(key));
    }
    if !move_to_ended(owner) {
        names::resume(owner);
        return false;
    }
    names::mark_ended(owner);
    true
}

/// Reclaims the number and the sites of an owner that has ended; `false` if a reader or a snapshot still needs its
/// name.
pub(super) fn reclaim(owner: OwnerId) -> bool {
    if !move_to_ended(owner) || !names::reclaim(owner) {
        return false;
    }
    sites::free_all(owner);
    for shard in View::new().tables() {
        // There are no live bytes, so the headroom is the whole peak; the next owner starts at zero. The table's thread
        // does not write it meanwhile, as nothing is charged to the number.
        let headroom = &shard.headroom[owner.index()];
        if headroom.load(Relaxed) != 0 {
            headroom.store(0, Relaxed);
        }
    }
    true
}
