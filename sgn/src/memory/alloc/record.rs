//! Counts an allocation at the owner and line of the calling thread, and its free at the same site.
//!
//! `count_alloc` and `count_free` are on the path of every block, and leave rare cases to `count_alloc_slow` and
//! `count_free_slow`.

#![expect(
    unsafe_code,
    reason = "dereferences rows of tables that are never unmapped"
)]

use std::num::NonZeroU16;
use std::sync::atomic::AtomicI64;

use crate::memory::id::anomalies;
use crate::memory::id::key::Key;
use crate::memory::id::names;
use crate::memory::id::owner::OwnerId;
use crate::memory::id::sites::{self, SiteId};
use crate::memory::id::tag::{Decoded, Tag};
use crate::memory::mode;
use crate::memory::sampling::{rate, samples};
use crate::memory::thread::mode_byte::{self, ModeByte};
use crate::memory::thread::shard;
use crate::memory::thread::state::current;

/// The outcome of [`count_alloc`].
pub(super) enum AllocOutcome {
    /// The block is counted, and this is its tag.
    Counted(Tag),
    /// Blocks are not counted now.
    NotCounted,
    /// The block is counted, and its owner has a new peak in this thread: the caller resets the owner's headroom, which
    /// is its peak minus its live bytes.
    NewPeak(Tag, &'static AtomicI64),
    /// Nothing is recorded yet: call [`count_alloc_slow`].
    NeedsSlowPath,
}

/// Counts a block of `size` bytes to the current owner and line, if blocks are counted.
#[inline(always)]
pub(super) fn count_alloc(size: usize) -> AllocOutcome {
    let current = current();
    let cache = current.cache();
    let key = current.key.get();
    let Some(entry) = cache.find(key) else {
        if cache.state.is::<{ ModeByte::OFF }>() {
            return AllocOutcome::NotCounted;
        }
        return if cache.is_between_samples(size) {
            AllocOutcome::NotCounted
        } else {
            AllocOutcome::NeedsSlowPath
        };
    };
    // SAFETY: the headroom of an entry is in this thread's table, which is never unmapped.
    let headroom = unsafe { &*entry.headroom() };
    // SAFETY: `EMPTY` holds no entry, so this is a shard's.
    let shard = unsafe { current.shard_unchecked() };
    let below_peak = shard.allocated(entry.site(), headroom, size);
    if below_peak {
        AllocOutcome::Counted(entry.tag())
    } else {
        AllocOutcome::NewPeak(entry.tag(), headroom)
    }
}

/// Counts the free of a block of `size` bytes that has this tag.
///
/// Returns `false` if nothing was recorded and [`count_free_slow`] has to do it: if this thread has not counted at the
/// block's site before, or if the tag is damaged.
#[inline(always)]
#[must_use]
pub(super) fn count_free(tag: Tag, size: usize) -> bool {
    let site = tag.site();
    if site == SiteId::NONE {
        return tag.is_not_counted();
    }
    let current = current();
    if !current.cache().is_registered(site, tag) {
        return false;
    }
    // SAFETY: no site is registered in `EMPTY`, so this is a shard's.
    let shard = unsafe { current.shard_unchecked() };
    shard.freed(site, size);
    true
}

/// Counts an allocation at a site that this thread may not have in its cache, if counting is on, and returns the tag of
/// the block.
#[inline(never)]
pub(super) fn count_alloc_slow(size: usize) -> Tag {
    match mode::state() {
        ModeByte::ON => {}
        ModeByte::SAMPLED => return sample(size),
        other => {
            mode::record_uncounted(other, size);
            return Tag::NOT_COUNTED;
        }
    }
    let current = current();
    let (owner, key) = (current.owner.get(), current.key.get());
    let mut site = site_of(owner, key);
    if let Some(shard) = current.own_shard() {
        let mut headroom = shard.register(site, number_of(site));
        if number_of(site) == OwnerId::UNATTRIBUTED.number() {
            // For the report of threads that allocate without an owner.
            shard.unowned.record_site(site, shard.allocated_at(site));
        }
        if site != sites::ENDED {
            shard.cache.insert(key, site, headroom);
            let entry = shard.cache.entry(key);
            if !mode_byte::is_still_on() {
                entry.clear();
            }
            // Either this thread sees here that the owner has ended, or the thread that ends the owner sees the entry
            // and clears it.
            if !names::is_live(owner) {
                entry.clear();
                site = sites::ENDED;
                headroom = shard.register(site, number_of(site));
            }
        }
        if !shard.allocated(site, headroom, size) {
            shard::reset_headroom(headroom);
        }
    } else if let Some(shared) = shard::shared() {
        shared.allocated_shared(site, number_of(site), size);
    } else {
        return Tag::NOT_COUNTED;
    }
    Tag::new(site)
}

/// Returns the site of an owner and line, or [`sites::ENDED`] if the owner has ended.
fn site_of(owner: OwnerId, key: Key) -> SiteId {
    if names::is_live(owner) {
        sites::look_up(owner, key.mark(owner))
    } else {
        sites::ENDED
    }
}

/// Returns the number of the owner of a site that was looked up.
fn number_of(site: SiteId) -> u16 {
    sites::owner_of(site).map_or(OwnerId::OVERFLOW.number(), NonZeroU16::get)
}

/// Samples a block if the countdown is over, and returns its tag.
fn sample(size: usize) -> Tag {
    let current = current();
    let interval = match current.own_shard() {
        Some(shard) => shard.sample(size),
        None => rate::sample_without_countdown(size),
    };
    let Some(interval) = interval else {
        return Tag::NOT_COUNTED;
    };
    let site = site_of(current.owner.get(), current.key.get());
    let bytes = samples::allocated(site, size, interval);
    if number_of(site) == OwnerId::UNATTRIBUTED.number()
        && let Some(shard) = current.own_shard()
    {
        shard.unowned.record_sample(bytes);
    }
    Tag::sampled(site, interval)
}

/// Counts the free of a block whose site this thread has not registered, or whose tag is damaged.
#[cold]
#[inline(never)]
pub(super) fn count_free_slow(tag: Tag, size: usize) {
    let (site, owner) = match tag.decode() {
        Decoded::Counted(site, owner) => (site, owner),
        Decoded::Sampled(site, interval) => {
            record_start_if_first(site);
            return samples::freed(site, size, interval);
        }
        Decoded::NotCounted => return,
        Decoded::Corrupted => return anomalies::record_corrupted(size),
    };
    let current = current();
    // std passes a block to each new thread, which frees it first: the line that allocated it started the thread.
    let is_first_use = current.has_no_shard();
    if let Some(shard) = current.own_shard() {
        if is_first_use {
            shard
                .unowned
                .begin(&shard.allocated_bytes, sites::mark_of(site));
        }
        shard.register(site, owner);
        shard.freed(site, size);
    } else if let Some(shared) = shard::shared() {
        shared.freed_shared(site, owner, size);
    }
}

/// Records where a thread was started, if the sampled block is the first thing that it frees.
fn record_start_if_first(site: SiteId) {
    let current = current();
    if !current.has_no_shard() {
        return;
    }
    if let Some(shard) = current.own_shard() {
        let mark = sites::mark_of(site);
        shard.unowned.begin(&shard.allocated_bytes, mark);
    }
}
