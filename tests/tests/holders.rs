//! Censuses of a process in which other threads run: every one adds up, and says so where it cannot know.

#![expect(
    clippy::disallowed_methods,
    reason = "starts threads that are no element's"
)]
#![cfg_attr(
    target_os = "linux",
    expect(unsafe_code, reason = "blocks signals, and forks")
)]
#![cfg(all(target_os = "linux", target_pointer_width = "64"))]

use std::collections::VecDeque;
use std::hint::black_box;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::mpsc::channel;
use std::thread;

use parking_lot::{Mutex, MutexGuard};
use sgn::elements::{IterSource, NullSink};
use sgn::memory::{self, HolderKind, Holders};
use sgn::prelude::*;

sgn::counting_allocator!(holders);

/// One test at a time, as each counts what is live in the process.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

fn begin() -> MutexGuard<'static, ()> {
    let guard = ONE_AT_A_TIME.lock();
    assert!(memory::enable());
    guard
}

/// Counts frames, and keeps each.
#[sgn::transform]
fn keep(frame: Vec<u64>, #[state] kept: &mut Vec<Vec<u64>>) -> usize {
    kept.push(frame);
    kept.len()
}

fn pipeline(frames: u64) -> Pipeline {
    let mut pipeline = Pipeline::new();
    let source = IterSource::builder("src").iter("out", (0..frames).map(|n| vec![n; 20]));
    pipeline
        .connect(source, keep::builder("keep"))
        .expect("pads that fit");
    let sink = NullSink::<usize>::builder("snk").sink_pads(["in"]);
    pipeline.connect("keep", sink).expect("pads that fit");
    let options = RunOptions::new().handle_signals(false);
    pipeline.run_with(options).expect("a run without errors");
    pipeline
}

/// Asserts that a census adds up.
#[track_caller]
fn adds_up(holders: &Holders) {
    let all = holders.lines().fold((0, 0), |(bytes, blocks), line| {
        (bytes + line.bytes, blocks + line.blocks)
    });
    let live = holders.snapshot().total();
    let (bytes, blocks) = holders.not_found();
    assert_eq!(
        (all.0 + bytes, all.1 + blocks),
        (live.live_bytes, live.live_blocks)
    );
}

/// Returns the blocks of a field that no other one holds.
fn blocks_of(holders: &Holders, field: &str) -> u64 {
    let lines = holders
        .lines()
        .filter(|line| line.holder.kind() == HolderKind::Field && line.holder.names().eq([field]));
    lines.map(|line| line.blocks).sum()
}

#[test]
fn censuses_add_up_while_threads_allocate() {
    /// A debug build takes ten times as long for each.
    const CENSUSES: usize = if cfg!(debug_assertions) { 20 } else { 100 };
    let _guard = begin();
    let mut pipeline = pipeline(100);
    let stop = AtomicBool::new(false);
    thread::scope(|threads| {
        for seed in 0..8_usize {
            let stop = &stop;
            threads.spawn(move || {
                let (mut kept, mut size) = (VecDeque::new(), 17 + seed);
                while !stop.load(Relaxed) {
                    size = size * 31 % 4999 + 1;
                    kept.push_back(vec![1_u8; size]);
                    if kept.len() > 50 {
                        kept.pop_front();
                    }
                }
            });
        }
        let censuses = (0..CENSUSES).map(|_| pipeline.holders());
        // Collected, so that the threads are stopped before anything is asserted.
        let censuses: Vec<_> = censuses.collect();
        stop.store(true, Relaxed);
        for census in censuses {
            let census = census.expect("a census");
            if census.doubt().is_none() {
                adds_up(&census);
                assert_eq!(blocks_of(&census, "keep.kept"), 101);
            }
        }
    });
}

#[test]
fn blocks_that_are_not_counted_are_in_no_line() {
    let _guard = begin();
    memory::disable();
    let before: Vec<_> = (0..1000).map(|n| vec![n; 100]).collect();
    assert!(memory::enable());
    let mut pipeline = pipeline(50);
    let census = pipeline.holders().expect("a census");
    adds_up(&census);
    assert_eq!(blocks_of(&census, "keep.kept"), 51);
    black_box(before);
}

#[test]
fn two_pipelines_are_asked_at_once() {
    let _guard = begin();
    thread::scope(|threads| {
        for _ in 0..2 {
            threads.spawn(|| {
                let mut pipeline = pipeline(50);
                for _ in 0..5 {
                    let census = pipeline.holders().expect("a census");
                    if census.doubt().is_none() {
                        adds_up(&census);
                        assert_eq!(blocks_of(&census, "keep.kept"), 51);
                    }
                }
            });
        }
    });
}

struct Node(Option<Box<Node>>);

/// Holds a list.
#[sgn::sink]
struct Lister {
    #[prop]
    list: Box<Node>,
}

#[sgn::sink]
impl Lister {
    fn pull(&mut self, frame: &Frame<u64>) {
        black_box(frame);
    }
}

impl Drop for Lister {
    fn drop(&mut self) {
        let mut rest = self.list.0.take();
        while let Some(mut node) = rest {
            rest = node.0.take();
        }
    }
}

#[test]
fn a_list_of_a_million_nodes_is_held() {
    const NODES: u64 = 1_000_000;
    let _guard = begin();
    let list = (1..NODES).fold(Box::new(Node(None)), |rest, _| Box::new(Node(Some(rest))));
    let mut pipeline = Pipeline::new();
    let lister = Lister::builder("lister").list(list);
    pipeline.add(lister).expect("a name of its own");
    let census = pipeline.holders().expect("a census");
    adds_up(&census);
    assert!(census.doubt().is_none());
    assert_eq!(blocks_of(&census, "lister.list"), NODES);
}

#[test]
fn a_thread_that_blocks_all_signals_makes_a_census_doubt() {
    let _guard = begin();
    let mut pipeline = pipeline(50);
    let (tell, told) = channel::<()>();
    let (ask, asked) = channel::<()>();
    let thread = thread::spawn(move || {
        // SAFETY: zero bytes are a set of signals.
        let mut all: libc::sigset_t = unsafe { std::mem::zeroed() };
        // SAFETY: the set is a local variable.
        unsafe { libc::sigfillset(&raw mut all) };
        // SAFETY: the set is filled; the old one is not asked for.
        unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, &raw const all, std::ptr::null_mut()) };
        tell.send(()).expect("the test");
        let _ = asked.recv();
    });
    told.recv().expect("the thread");
    let census = pipeline.holders().expect("a census");
    drop(ask);
    thread.join().expect("no panic");
    let doubt = census.doubt().expect("a doubt").to_string();
    assert!(doubt.contains("did not stop"), "{doubt}");
    let is_unreachable = |kind| kind == HolderKind::Unreachable;
    assert!(
        !census
            .lines()
            .any(|line| is_unreachable(line.holder.kind()))
    );
    adds_up(&census);
    assert_eq!(blocks_of(&census, "keep.kept"), 51);
}

#[test]
fn a_child_takes_a_census_of_its_own() {
    let _guard = begin();
    let mut pipeline = pipeline(50);
    // SAFETY: the child takes a census, which allocates nothing and holds no lock, and ends.
    match unsafe { libc::fork() } {
        0 => {
            let census = pipeline.holders();
            let is_right = census.is_ok_and(|census| blocks_of(&census, "keep.kept") == 51);
            // SAFETY: ends the child without running the parent's destructors.
            unsafe { libc::_exit(if is_right { 42 } else { 1 }) }
        }
        child => {
            let mut status = 0;
            // SAFETY: `status` is a place for the answer.
            let answer = unsafe { libc::waitpid(child, &raw mut status, 0) };
            assert_eq!((answer, libc::WEXITSTATUS(status)), (child, 42));
        }
    }
}
