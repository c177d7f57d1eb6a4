//! Many threads allocate, grow, shrink, hand over and free blocks of all sizes and alignments,
//! change owner and line, panic, end and start anew, while others take snapshots and, in a second
//! part, switch counting off and on. In the end every number, line by line, must be what two
//! independent counts say: that of an [`Oracle`] around the allocator, and the ledgers that the
//! threads keep.

#![expect(clippy::print_stdout, reason = "a program that says how it went")]

#[path = "block.rs"]
mod block;
#[path = "ledger.rs"]
mod ledger;
#[path = "recycling.rs"]
mod recycling;

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{Builder, JoinHandle};

use sgn::__private::{restore_mark, save_mark};
use sgn::memory::{
    self, CountingAllocator, Mark, OwnerId, Sampling, Scope, Snapshot, mark, register, scope,
};

use crate::oracle::Oracle;
use block::{Block, Random};
use ledger::{Ledgers, OWNERS, Site, check_statements, two_statements};
use recycling::Recycling;

const THREADS: usize = 6;
const GENERATIONS: usize = 3;

static PANICS: Mark = Mark::new("stress.rs", 4, "panics");

/// Allocates and frees when its thread has ended already, as far as thread-locals go.
struct Late(OwnerId);

const LATE_BYTES: usize = 777;

impl Drop for Late {
    fn drop(&mut self) {
        let _scope = Scope::enter(self.0);
        drop(std::hint::black_box(vec![1_u8; LATE_BYTES]));
    }
}

thread_local! {
    static LATE: std::cell::OnceCell<Late> = const { std::cell::OnceCell::new() };
}

/// Who allocates in one part of the stress.
#[derive(Clone, Copy)]
struct Owners {
    /// Those of the blocks that are handed about.
    blocks: [OwnerId; OWNERS],
    statements: OwnerId,
    late: OwnerId,
    panics: OwnerId,
}

impl Owners {
    fn register(part: &str) -> Self {
        Self {
            blocks: std::array::from_fn(|number| register(&format!("{part}:src:{number}"))),
            statements: register(&format!("{part}:statements")),
            late: register(&format!("{part}:late")),
            panics: register(&format!("{part}:panics")),
        }
    }
}

/// What the threads asked for.
#[derive(Clone, Copy, Default)]
struct Asked {
    ledgers: Ledgers,
    /// Bytes given to [`two_statements`], and calls of it.
    statements: [u64; 2],
}

struct Worker {
    owners: Owners,
    blocks: Vec<(Block, Site)>,
    inbox: Receiver<(Block, Site)>,
    /// None for the last in the line, and when a thread has nothing to hand over any more.
    next: Option<Sender<(Block, Site)>>,
    asked: Asked,
    random: Random,
    /// Whether to switch counting off, sampling on, and counting on, for all.
    toggling: bool,
}

impl Worker {
    fn allocate(&mut self) {
        let site = self.site();
        let (size, align) = (self.random.size(), self.random.align());
        let zeroed = self.random.below(4) == 0;
        let block = scope(self.owners.blocks[site.owner], || {
            site.mark();
            Block::new(size, align, zeroed)
        });
        self.asked.ledgers.allocated(site, size);
        self.blocks.push((block, site));
    }

    /// Frees a block at another site, which must not be credited for it.
    fn free(&mut self) {
        let Some((block, site)) = self.take() else {
            return;
        };
        self.asked.ledgers.freed(site, block.size());
        let other = self.site();
        scope(self.owners.blocks[other.owner], || {
            other.mark();
            drop(block);
        });
    }

    /// Grows or shrinks a block; it then belongs to whoever did that.
    fn resize(&mut self) {
        let Some((mut block, site)) = self.take() else {
            return;
        };
        let new_site = self.site();
        let size = self.random.size();
        self.asked.ledgers.freed(site, block.size());
        self.asked.ledgers.allocated(new_site, size);
        scope(self.owners.blocks[new_site.owner], || {
            new_site.mark();
            block.resize(size);
        });
        self.blocks.push((block, new_site));
    }

    fn site(&mut self) -> Site {
        Site::new(self.random.below(Site::COUNT))
    }

    /// Runs statements that a macro has marked.
    fn statements(&mut self) {
        let size = self.random.size();
        assert_eq!(scope(self.owners.statements, || two_statements(size)), size);
        self.asked.statements[0] += size as u64;
        self.asked.statements[1] += 1;
    }

    fn hand_over(&mut self) {
        if self.next.is_none() {
            return self.free();
        }
        let pair = self.take();
        if let (Some(next), Some(pair)) = (&self.next, pair) {
            next.send(pair).expect("the next in the line ends later");
        }
    }

    fn panic(&mut self) {
        let before = memory::owner();
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            let _scope = Scope::enter(self.owners.panics);
            mark(&PANICS);
            let _kept = std::hint::black_box(vec![1_u8; 100]);
            resume_unwind(Box::new(7_u64));
        }));
        assert!(panicked.is_err());
        assert_eq!(memory::owner(), before);
    }

    fn take(&mut self) -> Option<(Block, Site)> {
        if self.blocks.is_empty() {
            return None;
        }
        let place = self.random.below(self.blocks.len());
        Some(self.blocks.swap_remove(place))
    }

    fn run(mut self, steps: usize) -> Asked {
        LATE.with(|late| late.get_or_init(|| Late(self.owners.late)).0);
        for step in 0..steps {
            match step % 50 {
                0 if self.toggling => memory::disable(),
                12 if self.toggling => assert!(memory::enable_sampled(Sampling::every(4096))),
                25 if self.toggling => assert!(memory::enable()),
                _ => {}
            }
            let saved = save_mark();
            match self.random.below(16) {
                0..6 => self.allocate(),
                6..9 => self.free(),
                9..11 => self.resize(),
                11..14 => self.hand_over(),
                14 if step % 8 == 0 => self.panic(),
                15 => self.statements(),
                _ => drop(std::hint::black_box(Box::new(()))),
            }
            restore_mark(saved);
            while let Ok(pair) = self.inbox.try_recv() {
                self.blocks.push(pair);
            }
            if self.blocks.len() > 200 {
                self.free();
            }
        }
        self.next = None;
        while let Ok(pair) = self.inbox.recv() {
            self.blocks.push(pair);
        }
        while !self.blocks.is_empty() {
            self.free();
        }
        self.asked
    }
}

/// Starts one generation of threads, in a line along which blocks are handed over.
fn generation(
    owners: Owners,
    (steps, toggling): (usize, bool),
    seed: u64,
) -> Vec<JoinHandle<Asked>> {
    let (mut threads, mut inbox) = (Vec::new(), channel().1);
    for number in 0..THREADS {
        let (next, following) = channel();
        let worker = Worker {
            owners,
            blocks: Vec::new(),
            inbox: std::mem::replace(&mut inbox, following),
            next: (number + 1 < THREADS).then_some(next),
            asked: Asked::default(),
            toggling,
            random: Random::new(seed * 1000 + number as u64),
        };
        let thread = Builder::new().name(format!("worker {number}"));
        threads.push(thread.spawn(move || worker.run(steps)).expect("a thread"));
    }
    threads
}

/// Takes snapshots until told to stop: whatever happens meanwhile, the parts add up.
fn watch(stop: &AtomicBool) -> usize {
    let mut taken = 0;
    while !stop.load(Relaxed) {
        assert_adds_up(&Snapshot::take());
        assert_adds_up(&Snapshot::take_sampled());
        taken += 1;
    }
    taken
}

fn assert_adds_up(now: &Snapshot) {
    let total = now.total();
    let owners: memory::Usage = now.owners().map(|owner| owner.usage).sum();
    assert_eq!(owners, total);
    let sites: memory::Usage = now.sites().map(|site| site.usage).sum();
    assert_eq!(sites, total);
    for site in now.sites() {
        let usage = site.usage;
        assert!(usage.live_bytes <= usage.total_bytes, "{site:?}");
        assert!(usage.live_blocks <= usage.total_blocks, "{site:?}");
    }
    for owner in now.owners() {
        assert!(owner.peak_bytes >= owner.usage.live_bytes, "{owner:?}");
    }
}

/// Runs all generations: what they asked for, together.
fn part(owners: Owners, steps: usize, toggling: bool) -> Asked {
    let stop = AtomicBool::new(false);
    let mut sum = Asked::default();
    std::thread::scope(|threads| {
        let watching = threads.spawn(|| watch(&stop));
        for number in 0..GENERATIONS {
            for thread in generation(owners, (steps, toggling), number as u64) {
                let asked = thread.join().expect("no worker panics");
                sum.ledgers.add(&asked.ledgers);
                for (sum, asked) in sum.statements.iter_mut().zip(asked.statements) {
                    *sum += asked;
                }
            }
        }
        stop.store(true, Relaxed);
        assert!(watching.join().expect("the parts add up") > 0);
    });
    sum.ledgers.check(owners.blocks, !toggling);
    assert_eq!(Snapshot::take().owner(owners.panics).usage.live_blocks, 0);
    sum
}

/// Holds the sum over all owners against what the oracle counts, when nothing else goes on.
fn assert_all_counted<A>(oracle: &Oracle<CountingAllocator<A>>) -> memory::Usage {
    let (allocated, freed) = (oracle.allocated(), oracle.freed());
    let total = Snapshot::take().total();
    assert_eq!(
        allocated,
        [total.total_bytes, total.total_blocks],
        "every byte is counted"
    );
    let live = [allocated[0] - freed[0], allocated[1] - freed[1]];
    assert_eq!(
        live,
        [total.live_bytes, total.live_blocks],
        "every free is counted"
    );
    total
}

/// The whole stress; the first argument is the number of steps of each thread.
pub(crate) fn run<A: std::alloc::GlobalAlloc>(oracle: &Oracle<CountingAllocator<A>>) {
    let steps = std::env::args()
        .nth(1)
        .and_then(|steps| steps.parse().ok())
        .unwrap_or(2000);
    if std::env::var_os("SGNLOGLEVEL").is_none() {
        // Once more, counting from the first byte on.
        let program = std::env::current_exe().expect("the path of this program");
        let mut command = std::process::Command::new(program);
        let status = command
            .arg(steps.to_string())
            .env("SGNLOGLEVEL", "pipeline:MEMPROF")
            .status();
        assert!(status.expect("this program starts").success());
        return;
    }
    assert!(memory::is_enabled());

    let owners = Owners::register("exact");
    let recycling = Recycling::start("exact:recycled", steps / 2, true);
    let asked = part(owners, steps, false);
    check_statements(owners.statements, asked.statements[0], asked.statements[1]);
    let ended = (THREADS * GENERATIONS) as u64;
    let usage = Snapshot::take().owner(owners.late).usage;
    assert_eq!(
        [usage.total_bytes, usage.total_blocks],
        [ended * LATE_BYTES as u64, ended]
    );
    assert_eq!(usage.live_bytes, 0);

    recycling.finish(|| {
        assert_all_counted(oracle);
    });
    let total = assert_all_counted(oracle);

    let toggled = Owners::register("toggled");
    let recycling = Recycling::start("toggled:recycled", steps / 2, false);
    part(toggled, steps, true);
    recycling.finish(|| ());
    let sampled = Snapshot::take_sampled();
    for owner in toggled.blocks {
        let usage = sampled.owner(owner).usage;
        assert!(usage.total_blocks > 0, "nothing was sampled for {owner:?}");
        assert_eq!((usage.live_bytes, usage.live_blocks), (0, 0), "{owner:?}");
    }
    let end = Snapshot::take();
    assert_eq!((end.corrupted().blocks, end.unplaced().blocks), (0, 0));
    println!(
        "{} blocks, {} bytes: all accounted for",
        total.total_blocks, total.total_bytes
    );
}
