//! The weights of the sampled blocks, by site.
//!
//! All threads share one table: recording may be slow, as few blocks are sampled. The numbers are fractions, added in
//! the order in which they come.

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

/// A floating-point number that several threads add to. Zeroed bytes are the number zero.
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

/// The sums of the weights of several samples.
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

/// The samples of one site. A row of zeroed bytes is a site without a sample.
#[repr(C, align(64))]
struct Row {
    samples: AtomicU64,
    freed_samples: AtomicU64,
    allocated: Weights,
    freed: Weights,
}

/// The estimates of a site's owners that have ended.
#[repr(C, align(32))]
struct Ended(Weights);

/// The samples of all sites. A table of zeroed bytes has no sample.
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

/// Returns true if a block was ever sampled.
pub(in crate::memory) fn is_used() -> bool {
    IS_USED.load(Acquire)
}

fn table() -> Option<&'static Table> {
    // SAFETY: the pointer is null or a table that is never unmapped.
    unsafe { TABLE.load(Acquire).as_ref() }
}

/// Records the allocation of a sampled block, and returns how many bytes it stands for.
pub(in crate::memory) fn allocated(site: SiteId, size: usize, interval: u32) -> f64 {
    let weight = weight(size, interval);
    if let Some(table) = table() {
        let row = &table.rows[site.index()];
        row.allocated.add(weight);
        IS_USED.store(true, Release);
        row.samples.fetch_add(1, Release);
    }
    weight.bytes
}

/// Records the free of a sampled block.
pub(in crate::memory) fn freed(site: SiteId, size: usize, interval: u32) {
    if let Some(table) = table() {
        let row = &table.rows[site.index()];
        row.freed.add(weight(size, interval));
        row.freed_samples.fetch_add(1, Release);
    }
}

/// Returns true if any of the blocks that were sampled at a site is live.
pub(in crate::memory) fn is_any_live(site: SiteId) -> bool {
    table().is_some_and(|table| {
        let row = &table.rows[site.index()];
        let freed = row.freed_samples.load(Acquire);
        freed != row.samples.load(Acquire)
    })
}

/// Records that all samples of a site, which has no live blocks, belong to owners that have ended.
pub(in crate::memory) fn end_at(site: SiteId) {
    if let Some(table) = table() {
        let row = &table.rows[site.index()];
        if row.samples.load(Acquire) > 0 {
            table.ended[site.index()].0.set(&row.allocated);
        }
    }
}

/// The estimates of one site.
#[derive(Clone, Copy)]
pub(in crate::memory) struct Estimated {
    pub(in crate::memory) live_samples: u64,
    pub(in crate::memory) allocated: Weight,
    pub(in crate::memory) freed: Weight,
    /// The part of `allocated` that belongs to owners that have ended.
    pub(in crate::memory) ended: Weight,
}

/// Returns the estimates of a site; `None` if nothing was ever sampled there.
pub(in crate::memory) fn read(index: usize) -> Option<Estimated> {
    let table = table()?;
    let row = table.rows.get(index)?;
    if row.samples.load(Acquire) == 0 {
        return None;
    }
    // Read first: all blocks of an ended owner were freed, so `ended` is a part of both `freed` and `allocated`, and
    // must not exceed them. An owner that ends meanwhile is not seen as ended.
    let ended = table.ended[index].0.get();
    // The frees first, so that no free is seen without its allocation.
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
