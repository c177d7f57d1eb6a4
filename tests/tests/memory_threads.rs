//! More threads at once than there are tables for them, and threads one after another.

use std::hint::black_box;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Barrier, mpsc};
use std::thread::{Builder, ScopedJoinHandle};

use sgn::memory::{self, OwnerId, Snapshot, register, scope};

sgn::counting_allocator!();

const MANY: usize = 1100;
const BYTES: usize = 300;
const LATE: usize = 4;
const PAIRS: usize = 20_000;

fn usage(owner: OwnerId) -> (u64, u64, u64) {
    let usage = Snapshot::take().owner(owner).usage;
    (usage.total_bytes, usage.total_blocks, usage.live_bytes)
}

/// Every thread keeps a block while all others do, and the main thread frees them.
///
/// Then no table is left for the threads that come later, and these all count in the shared one.
fn all_at_once(owner: OwnerId) {
    let (counted, done) = (Barrier::new(MANY + 1), Barrier::new(MANY + 1));
    let (sender, receiver) = mpsc::channel::<Vec<u8>>();
    std::thread::scope(|threads| {
        let start = |number: usize| {
            let (counted, done, sender) = (&counted, &done, sender.clone());
            let builder = Builder::new().name(number.to_string()).stack_size(64 << 10);
            let work = move || {
                let kept = scope(owner, || black_box(vec![2_u8; BYTES]));
                counted.wait();
                done.wait();
                sender.send(kept).expect("the receiver lives");
            };
            builder.spawn_scoped(threads, work).expect("a thread")
        };
        let all: Vec<_> = (0..MANY).map(start).collect();
        counted.wait();
        hammer(owner);
        done.wait();
        until_ended(all);
    });
    drop(sender);
    let blocks = MANY + LATE * PAIRS;
    assert_eq!(
        usage(owner),
        (
            (blocks * BYTES) as u64,
            blocks as u64,
            (MANY * BYTES) as u64
        )
    );
    assert!(!Snapshot::take().owner(owner).peak_is_exact);
    assert!(Snapshot::take().owner(owner).peak_bytes >= (MANY * BYTES) as u64);
    drop(receiver);
    assert_eq!(usage(owner).2, 0);
}

/// Waits until the threads have ended and their tables are free, which is later than when a scope lets go. Else the
/// threads that come next may take one more table, and a peak is no longer that of one thread.
fn until_ended<'scope>(threads: impl IntoIterator<Item = ScopedJoinHandle<'scope, ()>>) {
    for thread in threads {
        thread.join().expect("no panic");
    }
}

/// Threads without a table of their own allocate and free as fast as they can.
fn hammer(owner: OwnerId) {
    let start = |_| {
        let work = move || {
            for _ in 0..PAIRS {
                scope(owner, || drop(black_box(vec![1_u8; BYTES])));
            }
        };
        Builder::new()
            .name("late".into())
            .spawn(work)
            .expect("a thread")
    };
    let late: Vec<_> = (0..LATE).map(start).collect();
    for thread in late {
        thread.join().expect("no panic");
    }
}

fn one_after_another(owner: OwnerId) {
    let run = || {
        let thread = Builder::new().name("one".into());
        let work = move || scope(owner, || drop(black_box(vec![1_u8; BYTES])));
        thread
            .spawn(work)
            .expect("a thread")
            .join()
            .expect("no panic");
    };
    run();
    let reserved = Snapshot::profiler_address_space();
    for _ in 1..100 {
        run();
    }
    assert_eq!(usage(owner), (100 * BYTES as u64, 100, 0));
    assert_eq!(
        Snapshot::profiler_address_space(),
        reserved,
        "tables are taken over"
    );
    let peak = Snapshot::take().owner(owner);
    assert_eq!((peak.peak_bytes, peak.peak_is_exact), (BYTES as u64, true));
}

fn peaks_of_one_thread_are_exact(owner: OwnerId) {
    static LINES: [memory::Mark; 2] = [
        memory::Mark::new("here", 1, ""),
        memory::Mark::new("here", 2, ""),
    ];
    scope(owner, || {
        memory::mark(&LINES[0]);
        let one = black_box(vec![0_u8; 100]);
        memory::mark(&LINES[1]);
        let two = black_box(vec![0_u8; 5000]);
        drop(one);
        drop(two);
        drop(black_box(vec![0_u8; 5050]));
    });
    let now = Snapshot::take().owner(owner);
    assert_eq!(
        (now.peak_bytes, now.peak_is_exact, now.usage.live_bytes),
        (5100, true, 0)
    );
}

/// A snapshot in the midst of allocations and frees misses none of the peak.
fn peaks_hold_while_others_allocate(owner: OwnerId) {
    const PEAK: usize = 100_000;
    let (stop, started) = (&AtomicBool::new(false), &Barrier::new(2));
    std::thread::scope(|threads| {
        let up_and_down = || drop(black_box(Vec::<u8>::with_capacity(PEAK)));
        let work = move || {
            scope(owner, up_and_down);
            started.wait();
            while !stop.load(Relaxed) {
                scope(owner, up_and_down);
            }
        };
        let builder = Builder::new().name("up and down".into());
        let thread = builder.spawn_scoped(threads, work).expect("a thread");
        started.wait();
        let least = (0..20_000).map(|_| Snapshot::take().owner(owner).peak_bytes);
        let least = least.min().expect("some snapshots");
        stop.store(true, Relaxed);
        until_ended([thread]);
        assert!(least >= PEAK as u64, "a peak of {least}");
    });
    let now = Snapshot::take().owner(owner);
    assert!(now.peak_bytes < 2 * PEAK as u64, "{now:?}");
    assert_eq!((now.peak_is_exact, now.usage.live_bytes), (true, 0));
}

/// Several threads switch on and off at once; what holds in the end holds for all of them.
fn all_agree_on_the_switch(owner: OwnerId) {
    const THREADS: usize = 4;
    for round in 0..50 {
        let (switched, started) = (Barrier::new(THREADS), Barrier::new(THREADS));
        let before = usage(owner).1;
        std::thread::scope(|threads| {
            let start = |number: usize| {
                let (switched, started) = (&switched, &started);
                let work = move || {
                    // With a table of its own before, so that it has a copy of the state.
                    scope(owner, || drop(black_box(vec![1_u8; BYTES])));
                    started.wait();
                    let switches = [memory::disable, || assert!(memory::enable())];
                    for turn in 0..2 {
                        switches[(number + round + turn) % 2]();
                    }
                    switched.wait();
                    scope(owner, || drop(black_box(vec![1_u8; BYTES])));
                };
                let builder = Builder::new().name("switch".into());
                builder.spawn_scoped(threads, work).expect("a thread")
            };
            until_ended((0..THREADS).map(start).collect::<Vec<_>>());
        });
        let expected = if memory::is_enabled() { 2 } else { 1 };
        assert_eq!(usage(owner).1 - before, (expected * THREADS) as u64);
        assert!(memory::enable());
    }
}

fn main() {
    assert!(memory::enable());
    all_agree_on_the_switch(register("switch:src:out"));
    peaks_of_one_thread_are_exact(register("peaks:src:out"));
    peaks_hold_while_others_allocate(register("held:src:out"));
    one_after_another(register("one:src:out"));
    all_at_once(register("many:src:out"));
    one_after_another(register("after:src:out"));
}
