//! Many threads allocate, grow, shrink, hand over and free blocks of all sizes and alignments,
//! change owner and line, panic, end and start anew, while others take snapshots and, in a second
//! part, switch counting off and on. In the end every number must be what two independent counts
//! say: that of an [`Oracle`] around the allocator, and the ledgers that the threads keep.

#![expect(clippy::print_stdout, reason = "a program that says how it went")]

#[path = "block.rs"]
mod block;

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{Builder, JoinHandle};

use sgn::memory::{
    self, CountingAllocator, Mark, OwnerId, Scope, Snapshot, mark, register, restore_mark,
    save_mark, scope,
};

use crate::oracle::Oracle;
use block::{Block, Random};

const OWNERS: usize = 5;
const THREADS: usize = 6;
const GENERATIONS: usize = 3;

static MARKS: [Mark; 3] = [
    Mark::new("stress.rs", 1, "one"),
    Mark::new("stress.rs", 2, "two"),
    Mark::new("stress.rs", 3, "three"),
];

/// Bytes and blocks, allocated and freed, that the threads asked for on behalf of one owner.
#[derive(Clone, Copy, Default)]
struct Ledger {
    allocated: [u64; 2],
    freed: [u64; 2],
}

impl Ledger {
    fn count(counts: &mut [u64; 2], size: usize) {
        counts[0] += size as u64;
        counts[1] += 1;
    }

    fn add(&mut self, other: &Self) {
        for index in 0..2 {
            self.allocated[index] += other.allocated[index];
            self.freed[index] += other.freed[index];
        }
    }
}

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

struct Worker {
    owners: [OwnerId; OWNERS],
    late: OwnerId,
    panics: OwnerId,
    blocks: Vec<(Block, usize)>,
    inbox: Receiver<(Block, usize)>,
    /// None for the last in the line, and when a thread has nothing to hand over any more.
    next: Option<Sender<(Block, usize)>>,
    ledgers: [Ledger; OWNERS],
    random: Random,
    /// Whether to switch counting off and on, for all.
    toggling: bool,
}

impl Worker {
    fn allocate(&mut self) {
        let owner = self.random.below(OWNERS);
        let (size, align) = (self.random.size(), self.random.align());
        let zeroed = self.random.below(4) == 0;
        let block = scope(self.owners[owner], || {
            self.random.step(&MARKS);
            Block::new(size, align, zeroed)
        });
        Ledger::count(&mut self.ledgers[owner].allocated, size);
        self.blocks.push((block, owner));
    }

    /// Frees a block in the scope of another owner, who must not be credited for it.
    fn free(&mut self) {
        let Some((block, owner)) = self.take() else {
            return;
        };
        Ledger::count(&mut self.ledgers[owner].freed, block.size());
        scope(self.owners[self.random.below(OWNERS)], || drop(block));
    }

    /// Grows or shrinks a block; it then belongs to whoever did that.
    fn resize(&mut self) {
        let Some((mut block, owner)) = self.take() else {
            return;
        };
        let new_owner = self.random.below(OWNERS);
        let size = self.random.size();
        Ledger::count(&mut self.ledgers[owner].freed, block.size());
        Ledger::count(&mut self.ledgers[new_owner].allocated, size);
        scope(self.owners[new_owner], || block.resize(size));
        self.blocks.push((block, new_owner));
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
            let _scope = Scope::enter(self.panics);
            mark(&MARKS[0]);
            let _kept = std::hint::black_box(vec![1_u8; 100]);
            resume_unwind(Box::new(7_u64));
        }));
        assert!(panicked.is_err());
        assert_eq!(memory::owner(), before);
    }

    fn take(&mut self) -> Option<(Block, usize)> {
        if self.blocks.is_empty() {
            return None;
        }
        let place = self.random.below(self.blocks.len());
        Some(self.blocks.swap_remove(place))
    }

    fn run(mut self, steps: usize) -> [Ledger; OWNERS] {
        LATE.with(|late| late.get_or_init(|| Late(self.late)).0);
        for step in 0..steps {
            match step % 50 {
                0 if self.toggling => memory::disable(),
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
        self.ledgers
    }
}

/// Starts one generation of threads, in a line along which blocks are handed over.
fn generation(
    owners: [OwnerId; OWNERS],
    late: OwnerId,
    panics: OwnerId,
    (steps, toggling): (usize, bool),
    seed: u64,
) -> Vec<JoinHandle<[Ledger; OWNERS]>> {
    let (mut threads, mut inbox) = (Vec::new(), channel().1);
    for number in 0..THREADS {
        let (next, following) = channel();
        let worker = Worker {
            owners,
            late,
            panics,
            blocks: Vec::new(),
            inbox: std::mem::replace(&mut inbox, following),
            next: (number + 1 < THREADS).then_some(next),
            ledgers: Default::default(),
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
        let now = Snapshot::take();
        let total = now.total();
        assert_eq!(
            now.owners().map(|owner| owner.usage).sum::<memory::Usage>(),
            total
        );
        assert_eq!(
            now.sites().map(|site| site.usage).sum::<memory::Usage>(),
            total
        );
        for site in now.sites() {
            assert!(site.usage.live_bytes <= site.usage.total_bytes, "{site:?}");
            assert!(
                site.usage.live_blocks <= site.usage.total_blocks,
                "{site:?}"
            );
        }
        for owner in now.owners() {
            assert!(owner.peak_bytes >= owner.usage.live_bytes, "{owner:?}");
        }
        taken += 1;
    }
    taken
}

/// Runs all generations; the ledgers are added up, and the last snapshot is for the caller.
fn part(
    name: &str,
    steps: usize,
    toggling: bool,
) -> ([Ledger; OWNERS], [OwnerId; OWNERS], OwnerId) {
    let owners = std::array::from_fn(|number| register(&format!("{name}:src:{number}")));
    let late = register(&format!("{name}:late"));
    let panics = register(&format!("{name}:panics"));
    let stop = AtomicBool::new(false);
    let mut sums = [Ledger::default(); OWNERS];
    std::thread::scope(|threads| {
        let watching = threads.spawn(|| watch(&stop));
        for number in 0..GENERATIONS {
            for thread in generation(owners, late, panics, (steps, toggling), number as u64) {
                let ledgers = thread.join().expect("no worker panics");
                for (sum, ledger) in sums.iter_mut().zip(&ledgers) {
                    sum.add(ledger);
                }
            }
        }
        stop.store(true, Relaxed);
        assert!(watching.join().expect("the parts add up") > 0);
    });
    assert_eq!(Snapshot::take().owner(panics).usage.live_blocks, 0);
    (sums, owners, late)
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

    let (sums, owners, late) = part("exact", steps, false);
    for (sum, owner) in sums.iter().zip(owners) {
        let usage = Snapshot::take().owner(owner).usage;
        assert!(sum.allocated[1] > 0);
        assert_eq!(sum.allocated, sum.freed, "the threads freed all they had");
        assert_eq!(
            sum.allocated,
            [usage.total_bytes, usage.total_blocks],
            "{}",
            owner.name()
        );
        assert_eq!(
            (usage.live_bytes, usage.live_blocks),
            (0, 0),
            "{}",
            owner.name()
        );
    }
    let ended = (THREADS * GENERATIONS) as u64;
    let usage = Snapshot::take().owner(late).usage;
    assert_eq!(
        [usage.total_bytes, usage.total_blocks],
        [ended * LATE_BYTES as u64, ended]
    );
    assert_eq!(usage.live_bytes, 0);

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

    let (sums, owners, _) = part("toggled", steps, true);
    for (sum, owner) in sums.iter().zip(owners) {
        let usage = Snapshot::take().owner(owner).usage;
        assert!(usage.total_blocks > 0, "{}", owner.name());
        assert!(usage.total_blocks <= sum.allocated[1], "{}", owner.name());
        assert_eq!(
            (usage.live_bytes, usage.live_blocks),
            (0, 0),
            "{}",
            owner.name()
        );
    }
    let end = Snapshot::take();
    assert_eq!((end.corrupted().blocks, end.unplaced().blocks), (0, 0));
    println!(
        "{} blocks, {} bytes: all accounted for",
        total.total_blocks, total.total_bytes
    );
}
