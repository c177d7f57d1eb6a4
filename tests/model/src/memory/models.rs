//! The models: a few threads, and what holds however they run.

use loom::sync::Arc;
use loom::sync::atomic::{AtomicBool, Ordering};

use crate::explore::{self, Thread};
use crate::memory::alloc::allocate;
use crate::memory::id::owner::OwnerId;
use crate::memory::id::sites::{self, SiteId};
use crate::memory::mode;
use crate::memory::sampling::rate::Sampling;
use crate::memory::snapshot::{self, Seen};
use crate::memory::sys::thread_end;
use crate::memory::thread::mode_byte::{self, ModeByte};
use crate::memory::thread::shard::{Shard, prepare, reset_headroom, shared};
use crate::memory::thread::{self as tables_of, byte_of, state, tables};

/// Whose blocks these are. The model needs one owner only.
const OWNER: OwnerId = OwnerId::RUNTIME;

/// Runs a thread of the program: it allocates for [`OWNER`], and ends as the system has it end.
fn spawn(work: impl FnOnce() + 'static) -> Thread {
    explore::spawn(|| {
        state::set_owner(OWNER);
        work();
        if explore::is_learning() {
            // What another thread may do while this one is there.
            tables::in_use().for_each(|shard| shard.cache.clear());
        }
        thread_end::run();
    })
}

fn join(threads: impl IntoIterator<Item = Thread>) {
    for thread in threads {
        thread.join();
    }
}

/// Makes sure that each table with numbers says what the mode is, or has its thread ask for it.
fn tables_follow_the_mode() {
    let mode = mode_byte::mode_in_order();
    let view = tables::View::new();
    let is_merged = |shard: &&Shard| {
        view.merged()
            .is_some_and(|merged| real::ptr::eq(merged, *shard))
    };
    for shard in view.tables().filter(|shard| !is_merged(shard)) {
        let byte = byte_of(shard);
        let is_right = match mode {
            ModeByte::SAMPLED => [ModeByte::UNDECIDED, ModeByte::SAMPLED].contains(&byte),
            mode => byte == mode,
        };
        assert!(is_right, "the mode is {mode}, and a table says {byte}");
    }
}

/// A thread fills its cache while counting is switched off: what it allocates afterwards is not counted.
pub fn nothing_is_counted_after_disable() {
    mode::enable();
    let is_off = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&is_off);
    let thread = spawn(move || {
        allocate(8);
        if seen.load(Ordering::Acquire) {
            assert!(allocate(8).is_not_counted(), "counted after `disable`");
        }
    });
    mode::disable();
    is_off.store(true, Ordering::Release);
    join([thread]);
    tables_follow_the_mode();
}

/// A thread takes an empty table while the mode changes.
pub fn a_fresh_table_follows_the_mode() {
    mode::enable();
    let thread = explore::spawn(|| {
        tables_of::take_table();
    });
    mode::disable();
    join([thread]);
    tables_follow_the_mode();
}

/// The same, into a mode of which a table is told nothing but to ask.
pub fn a_fresh_table_follows_sampling() {
    mode::enable();
    let thread = explore::spawn(|| {
        tables_of::take_table();
    });
    mode::enable_sampled(Sampling::every(64));
    join([thread]);
    tables_follow_the_mode();
}

/// Two threads change the mode at once: the tables say what it is in the end.
pub fn the_last_change_of_the_mode_wins() {
    mode::enable();
    tables_of::take_table();
    let thread = explore::spawn(mode::disable);
    mode::enable();
    join([thread]);
    tables_follow_the_mode();
}

/// Makes sure of what holds of all that a reader may see.
fn is_consistent(seen: &Seen) {
    let total = seen.total;
    assert!(total.live_blocks <= total.total_blocks, "{total:?}");
    assert!(total.live_bytes <= total.total_bytes, "{total:?}");
    assert_eq!(seen.sites, total, "sites and all");
    assert_eq!(seen.owners, total, "owners and all");
}

/// A block is made by one thread and freed by another while a third reads.
pub fn no_free_is_seen_without_its_allocation() {
    let [(makes, site), (frees, _)] = [counted(&[]), counted(&[])];
    let headroom = makes.register(site, OWNER.number());
    frees.register(site, OWNER.number());
    let handed = Arc::new(AtomicBool::new(false));
    let taken = Arc::clone(&handed);
    let maker = explore::spawn(move || {
        if !makes.allocated(site, headroom, 8) {
            reset_headroom(headroom);
        }
        handed.store(true, Ordering::Release);
    });
    let freer = explore::spawn(move || {
        if taken.load(Ordering::Acquire) {
            frees.freed(site, 8);
        }
    });
    is_consistent(&snapshot::take());
    join([maker, freer]);
}

/// Takes a table and counts blocks at the site of [`OWNER`]; returns the table and the site.
fn counted(sizes: &[usize]) -> (&'static Shard, SiteId) {
    assert!(sites::prepare() && prepare(), "pages");
    let shard = tables_of::take_table();
    let site = sites::look_up(OWNER, real::ptr::null());
    sizes.iter().for_each(|size| count(shard, site, *size));
    (shard, site)
}

/// Counts a block in a table that the calling thread has.
fn count(shard: &Shard, site: SiteId, size: usize) {
    let headroom = shard.register(site, OWNER.number());
    if !shard.allocated(site, headroom, size) {
        reset_headroom(headroom);
    }
}

/// A thread stays below its peak, and goes above it, while another reads.
pub fn no_peak_is_lost() {
    let (shard, site) = counted(&[100]);
    shard.freed(site, 100);
    let thread = explore::spawn(move || {
        count(shard, site, 40);
        count(shard, site, 80);
    });
    let seen = snapshot::take();
    assert!(seen.peak >= 100, "the peak was 100, and is {}", seen.peak);
    assert!(seen.peak <= 220, "no more was ever live: {}", seen.peak);
    join([thread]);
}

/// The same in the table of threads that have none of their own.
pub fn no_peak_is_lost_in_the_shared_table() {
    assert!(sites::prepare() && prepare(), "pages");
    let (shard, owner) = (shared().expect("the shared table"), OWNER.number());
    let site = sites::look_up(OWNER, real::ptr::null());
    shard.allocated_shared(site, owner, 100);
    shard.freed_shared(site, owner, 100);
    let thread = explore::spawn(move || {
        shard.allocated_shared(site, owner, 40);
        shard.allocated_shared(site, owner, 80);
    });
    let seen = snapshot::take();
    assert!(seen.peak >= 100, "the peak was 100, and is {}", seen.peak);
    join([thread]);
}

/// Two threads end at once, and their tables are merged, while a third reads.
pub fn each_number_is_read_once_while_threads_end() {
    let tables = [counted(&[8]).0, counted(&[16]).0];
    let threads = tables.map(|shard| explore::spawn(|| tables_of::release_table(shard)));
    reads(2, 24);
    join(threads);
    reads(2, 24);
}

/// Makes sure that a reader sees so many blocks and bytes.
fn reads(blocks: u64, bytes: u64) {
    let seen = snapshot::take();
    is_consistent(&seen);
    assert_eq!(
        (seen.total.total_blocks, seen.total.total_bytes),
        (blocks, bytes)
    );
}

/// One thread counts a block and ends, and another begins, perhaps with its table, while a third reads.
pub fn each_number_is_read_once_while_a_table_is_used_again() {
    let (shard, site) = counted(&[8]);
    let ends = explore::spawn(move || {
        count(shard, site, 16);
        tables_of::release_table(shard);
    });
    let begins = explore::spawn(move || count(tables_of::acquire(), site, 32));
    let blocks = blocks_at(site);
    assert!((1..=3).contains(&blocks), "{blocks}");
    join([ends, begins]);
    assert_eq!(blocks_at(site), 3);
    reads(3, 56);
}

/// Returns what a reader sees at one site.
fn blocks_at(site: SiteId) -> u64 {
    let view = tables::View::new();
    let blocks = |shard: &Shard| shard.allocated_blocks.at(site).load(Ordering::Relaxed);
    view.tables().map(blocks).sum()
}
