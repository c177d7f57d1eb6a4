//! What the sampled blocks stand for, by site.
//!
//! One table for all threads: a block in hundreds is sampled, so it may be slower. The numbers are
//! fractions, added in the order in which they come.

#![expect(
    unsafe_code,
    reason = "the table is a view of pages from the operating system"
)]

use std::ptr;
use std::sync::atomic::{
    AtomicBool, AtomicPtr, AtomicU64,
    Ordering::{AcqRel, Acquire, Relaxed, Release},
};

use crate::memory::id::limits::MAX_SITES;
use crate::memory::id::sites::SiteId;
use crate::memory::sampling::rate::{Weight, weight};
use crate::memory::sys::pages;

/// A fraction that several threads add to. Zero bytes are zero.
#[derive(Default)]
struct Sum(AtomicU64);

impl Sum {
    fn set(&self, other: &Self) {
        self.0.store(other.0.load(Acquire), Release);
    }

    fn add(&self, amount: f64) {
        let mut seen = self.0.load(Relaxed);
        while let Err(now) = self.0.compare_exchange_weak(
            seen,
            (f64::from_bits(seen) + amount).to_bits(),
            Release,
            Relaxed,
        ) {
            seen = now;
        }
    }

    fn get(&self) -> f64 {
        f64::from_bits(self.0.load(Acquire))
    }
}

/// Three sums that go together.
struct Weights {
    bytes: Sum,
    blocks: Sum,
    variance: Sum,
}

impl Weights {
    fn set(&self, other: &Self) {
        self.bytes.set(&other.bytes);
        self.blocks.set(&other.blocks);
        self.variance.set(&other.variance);
    }

    fn add(&self, weight: Weight) {
        self.bytes.add(weight.bytes);
        self.blocks.add(weight.blocks);
        self.variance.add(weight.variance);
    }

    fn get(&self) -> Weight {
        Weight {
            bytes: self.bytes.get(),
            blocks: self.blocks.get(),
            variance: self.variance.get(),
        }
    }
}

/// Zero bytes are a site without a sample.
#[repr(C, align(64))]
struct Row {
    samples: AtomicU64,
    freed_samples: AtomicU64,
    allocated: Weights,
    freed: Weights,
}

/// What was estimated of a site's owners that have ended.
#[repr(C, align(32))]
struct Ended(Weights);

/// Zero bytes are a table without a sample.
#[repr(C)]
struct Table {
    rows: [Row; MAX_SITES],
    ended: [Ended; MAX_SITES],
}

static TABLE: AtomicPtr<Table> = AtomicPtr::new(ptr::null_mut());
static IS_USED: AtomicBool = AtomicBool::new(false);

/// Maps the table; `false` if the system refuses.
pub(in crate::memory) fn prepare() -> bool {
    if table().is_some() {
        return true;
    }
    let Some(fresh) = pages::map_forever(size_of::<Table>()) else {
        return false;
    };
    let published = TABLE.compare_exchange(
        ptr::null_mut(),
        fresh.cast::<Table>().as_ptr(),
        AcqRel,
        Acquire,
    );
    if published.is_err() {
        // SAFETY: the region was not published, so nobody else knows it.
        unsafe { pages::unmap_unpublished(fresh, size_of::<Table>()) };
    }
    true
}

/// Whether a block was ever sampled.
pub(in crate::memory) fn is_used() -> bool {
    IS_USED.load(Acquire)
}

fn table() -> Option<&'static Table> {
    // SAFETY: the pointer is null or a table that is never unmapped.
    unsafe { TABLE.load(Acquire).as_ref() }
}

/// Notes that a block was sampled; how many bytes it stands for.
pub(in crate::memory) fn allocated(site: SiteId, size: usize, mean: u32) -> f64 {
    let weight = weight(size, mean);
    if let Some(table) = table() {
        let row = &table.rows[site.index()];
        row.allocated.add(weight);
        IS_USED.store(true, Release);
        row.samples.fetch_add(1, Release);
    }
    weight.bytes
}

/// Notes the end of a sampled block.
pub(in crate::memory) fn freed(site: SiteId, size: usize, mean: u32) {
    if let Some(table) = table() {
        let row = &table.rows[site.index()];
        row.freed.add(weight(size, mean));
        row.freed_samples.fetch_add(1, Release);
    }
}

/// Whether any of the blocks that were sampled at a site lives.
pub(in crate::memory) fn is_any_live(site: SiteId) -> bool {
    table().is_some_and(|table| {
        let row = &table.rows[site.index()];
        let freed = row.freed_samples.load(Acquire);
        freed != row.samples.load(Acquire)
    })
}

/// Counts what was sampled at a site, which lives no more, to those that have ended.
pub(in crate::memory) fn end_at(site: SiteId) {
    if let Some(table) = table() {
        let row = &table.rows[site.index()];
        if row.samples.load(Acquire) > 0 {
            table.ended[site.index()].0.set(&row.allocated);
        }
    }
}

/// What is estimated of one site.
#[derive(Clone, Copy)]
pub(in crate::memory) struct Estimated {
    pub(in crate::memory) live_samples: u64,
    pub(in crate::memory) allocated: Weight,
    pub(in crate::memory) freed: Weight,
    /// What of the allocated was of owners that have ended.
    pub(in crate::memory) ended: Weight,
}

/// What is estimated of a site; `None` if nothing was ever sampled there.
pub(in crate::memory) fn read(index: usize) -> Option<Estimated> {
    let table = table()?;
    let row = table.rows.get(index)?;
    if row.samples.load(Acquire) == 0 {
        return None;
    }
    // Before what was freed, of which it is a part: an owner that ends meanwhile is one that lives.
    let ended = table.ended[index].0.get();
    // The ends first, so that none is seen without its birth.
    let freed_samples = row.freed_samples.load(Acquire);
    let freed = row.freed.get();
    Some(Estimated {
        freed,
        ended,
        allocated: row.allocated.get(),
        live_samples: row.samples.load(Acquire).saturating_sub(freed_samples),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_of_several_threads_lose_nothing() {
        let sum = Sum::default();
        std::thread::scope(|threads| {
            for _ in 0..4 {
                threads.spawn(|| (0..1000).for_each(|_| sum.add(0.5)));
            }
        });
        assert_eq!(sum.get(), 2000.0);
    }
}
