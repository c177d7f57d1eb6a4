//! Counting a block at the owner and the line of the calling thread, and its end where it was counted.
//!
//! Two functions for what is common, which are a part of the path of every block, and two for the rest.

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
pub(super) enum Charge {
    /// The block is counted, and this is its tag.
    Counted(Tag),
    /// Blocks are not counted now.
    NotCounted,
    /// The block is counted, and makes a new peak of its owner in this thread.
    Peaked(Tag, &'static AtomicI64),
    /// Nothing is done yet: it takes [`count_alloc_slow`].
    Unknown,
}

/// Counts a block of `size` bytes to the current owner and line, if blocks are counted.
#[inline(always)]
pub(super) fn count_alloc(size: usize) -> Charge {
    let current = current();
    let cache = current.cache();
    let key = current.key.get();
    let Some(entry) = cache.find(key) else {
        if cache.state.is::<{ ModeByte::OFF }>() {
            return Charge::NotCounted;
        }
        return if cache.is_between_samples(size) {
            Charge::NotCounted
        } else {
            Charge::Unknown
        };
    };
    // SAFETY: what is known points into this thread's table, which is never unmapped.
    let headroom = unsafe { &*entry.headroom() };
    // SAFETY: `EMPTY` holds no entry, so this is a shard's.
    let shard = unsafe { current.shard_unchecked() };
    let below_peak = shard.allocated(entry.site(), headroom, size);
    if below_peak {
        Charge::Counted(entry.tag())
    } else {
        Charge::Peaked(entry.tag(), headroom)
    }
}

/// Counts the end of a block of `size` bytes that was born with `tag`; `false` if it takes
/// [`count_free_slow`].
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

/// Counts a block, if blocks are counted, at an owner and line that this thread may not know; its
/// tag is returned.
#[inline(never)]
pub(super) fn count_alloc_slow(size: usize) -> Tag {
    match mode::state() {
        ModeByte::ON => {}
        ModeByte::SAMPLED => return sample(size),
        other => {
            mode::pass_over(other, size);
            return Tag::NOT_COUNTED;
        }
    }
    let current = current();
    let (owner, key) = (current.owner.get(), current.key.get());
    let mut site = site_of(owner, key);
    if let Some(shard) = current.own_shard() {
        let mut headroom = shard.register(site, number_of(site));
        if number_of(site) == OwnerId::UNATTRIBUTED.number() {
            shard.stranger.note(site, shard.allocated_at(site));
        }
        if site != sites::ENDED {
            shard.cache.insert(key, site, headroom);
            let entry = shard.cache.entry(key);
            if !mode_byte::is_still_on() {
                entry.clear();
            }
            // Either this is seen here, or the place by whoever ends the owner.
            if !names::is_live(owner) {
                entry.clear();
                site = sites::ENDED;
                headroom = shard.register(site, number_of(site));
            }
        }
        if !shard.allocated(site, headroom, size) {
            shard::peaked(headroom);
        }
    } else if let Some(shared) = shard::shared() {
        shared.allocated_shared(site, number_of(site), size);
    } else {
        return Tag::NOT_COUNTED;
    }
    Tag::new(site)
}

/// The site of an owner and line; that of those that have ended, if the owner has.
fn site_of(owner: OwnerId, key: Key) -> SiteId {
    if names::is_live(owner) {
        sites::look_up(owner, key.mark(owner))
    } else {
        sites::ENDED
    }
}

/// The number of the owner of a site that was looked up.
fn number_of(site: SiteId) -> u16 {
    sites::owner_of(site).map_or(OwnerId::OVERFLOW.number(), NonZeroU16::get)
}

/// Samples a block, if it is its turn; its tag is returned.
fn sample(size: usize) -> Tag {
    let current = current();
    let mean = match current.own_shard() {
        Some(shard) => shard.sample(size),
        None => rate::without_countdown(size),
    };
    let Some(mean) = mean else {
        return Tag::NOT_COUNTED;
    };
    let site = site_of(current.owner.get(), current.key.get());
    let bytes = samples::allocated(site, size, mean);
    if number_of(site) == OwnerId::UNATTRIBUTED.number()
        && let Some(shard) = current.own_shard()
    {
        shard.stranger.meet_sample(bytes);
    }
    Tag::sampled(site, mean)
}

/// Counts the end of a block at a site that the thread has not met, or whose tag is not right.
#[cold]
#[inline(never)]
pub(super) fn count_free_slow(tag: Tag, size: usize) {
    let (site, owner) = match tag.decode() {
        Decoded::Counted(site, owner) => (site, owner),
        Decoded::Sampled(site, mean) => {
            begin_if_first(site);
            return samples::freed(site, size, mean);
        }
        Decoded::NotCounted => return,
        Decoded::Corrupted => return anomalies::note(size),
    };
    let current = current();
    let is_first_deed = current.has_no_shard();
    if let Some(shard) = current.own_shard() {
        if is_first_deed {
            shard
                .stranger
                .begin(&shard.allocated_bytes, sites::mark_of(site));
        }
        shard.register(site, owner);
        shard.freed(site, size);
    } else if let Some(shared) = shard::shared() {
        shared.freed_shared(site, owner, size);
    }
}

/// Notes the line of a sampled block that is the first thing a thread frees, which has no shard so far.
fn begin_if_first(site: SiteId) {
    let current = current();
    if !current.has_no_shard() {
        return;
    }
    if let Some(shard) = current.own_shard() {
        let mark = sites::mark_of(site);
        shard.stranger.begin(&shard.allocated_bytes, mark);
    }
}
