//! The end of an owner: its blocks are gone, and another may have its number.
//!
//! What it allocated must not be lost, and no thread may write the counters of another: so they stay as
//! they are, and each site remembers how much of them was counted for owners that have ended. A reader
//! takes that off the site and adds it to [`OwnerId::ENDED`](crate::memory::id::owner::OwnerId::ENDED): the sum is
//! the same whenever it reads.
//!
//! A thread that still charges to the owner finds that it must not, except for one that is between the
//! look at what it remembers and the count, which are five instructions. It counts at a site that may be
//! another owner's meanwhile if it is interrupted there until the number has been given anew: then that
//! one block has the wrong name, but it is counted, once, at its birth and at its end.

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

/// Bytes and blocks that were allocated at a site; `None` if some of them live.
fn quiet(site: SiteId) -> Option<[u64; 2]> {
    let view = View::new();
    let sum = |of: fn(&Shard) -> &PerSite<AtomicU64>| {
        view.tables().fold(0_u64, |sum, shard| {
            sum.wrapping_add(of(shard).at(site).load(Acquire))
        })
    };
    // The frees first, as they are counted last.
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

fn is_quiet(owner: OwnerId) -> bool {
    sites::of_owner(owner).all(|site| quiet(site).is_some())
}

/// Counts what was allocated to those that have ended, if no block lives.
fn settle(owner: OwnerId) -> bool {
    if !is_quiet(owner) {
        return false;
    }
    for site in sites::of_owner(owner) {
        // One that is allocated just now, by who must not, is left for the next owner.
        if let Some([bytes, blocks]) = quiet(site) {
            sites::end_at(site, bytes, blocks);
            samples::end_at(site);
        }
    }
    true
}

/// Ends `owner`, which was released; `false`, and nothing has changed, if any of its blocks lives.
pub(super) fn end(owner: OwnerId) -> bool {
    if !is_quiet(owner) {
        return false;
    }
    names::stop(owner);
    // Whoever noted a place meanwhile sees that it must not, or is seen here.
    for site in sites::of_owner(owner) {
        let mark = sites::mark_of(site).map_or(std::ptr::null(), std::ptr::from_ref);
        let key = Key::new(owner, mark);
        tables::in_use().for_each(|shard| shard.cache.remove(key));
    }
    if !settle(owner) {
        names::go_on(owner);
        return false;
    }
    names::has_ended(owner);
    true
}

/// Takes the number of an owner that has ended back, with its sites; `false` if it is still known to
/// somebody.
pub(super) fn take_back(owner: OwnerId) -> bool {
    if !settle(owner) || !names::take_back(owner) {
        return false;
    }
    sites::free_all(owner);
    for shard in View::new().tables() {
        // What lives is nothing, so the peak was as much.
        let headroom = &shard.headroom[owner.index()];
        if headroom.load(Relaxed) != 0 {
            headroom.store(0, Relaxed);
        }
    }
    true
}
