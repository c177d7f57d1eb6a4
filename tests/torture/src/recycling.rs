//! Owners that come and go while others allocate: far more than keep their rows when released, so that
//! most of them end and their numbers are others'.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{Builder, JoinHandle};

use sgn::memory::{self, OwnerId, Snapshot, Usage, register, release, scope};

use super::block::{Block, Random};
use super::ledger::{LINES, Lines, go_to};

/// Of so many owners, one has a block to the end; of four times as many, one stays registered.
const KEPT: usize = 16;
/// How often the owners are looked at that live, in rounds.
const LOOK: usize = 100;
/// More than keep their rows.
const CHURN: usize = 600;

/// One owner that there was, and what was asked for on its behalf.
struct Used {
    owner: OwnerId,
    name: String,
    lines: Lines,
    is_registered: bool,
}

impl Used {
    fn has_block(&self) -> bool {
        self.lines.live()[1] > 0
    }

    /// Holds the owner's rows against what was asked for, line by line.
    fn check(&self, now: &Snapshot, all_counted: bool) {
        // A block that was not counted does not keep its owner.
        if all_counted || self.is_registered {
            assert_eq!(self.owner.name(), self.name.as_str());
            assert_eq!(now.name(self.owner), self.name);
        }
        let rows = now.sites().filter(|row| row.owner == self.owner);
        self.lines.check(rows, all_counted);
    }
}

/// A thread that registers owners under ever new names, and releases them.
struct Recycler {
    name: String,
    used: Vec<Used>,
    kept: Vec<Block>,
    /// A block, with the place of its owner and its line, which the next owner takes over.
    carried: Option<(Block, usize, usize)>,
    /// Where to send what another thread frees.
    next: Sender<Block>,
    inbox: Receiver<Block>,
    random: Random,
    all_counted: bool,
}

impl Recycler {
    fn run(mut self, rounds: usize) -> Recycled {
        for number in 0..rounds {
            self.round(number);
            while let Ok(block) = self.inbox.try_recv() {
                drop(block);
            }
            if number % LOOK == LOOK - 1 {
                self.look();
            }
        }
        if let Some((block, place, line)) = self.carried.take() {
            self.used[place].lines.freed(line, block.size());
        }
        drop(self.next);
        self.inbox.iter().for_each(drop);
        Recycled {
            used: self.used,
            kept: self.kept,
        }
    }

    /// The life of one owner.
    fn round(&mut self, number: usize) {
        let name = format!("{}:{number}", self.name);
        let (owner, place) = (register(&name), self.used.len());
        assert_ne!(owner, OwnerId::OVERFLOW);
        self.used.push(Used {
            owner,
            name,
            lines: Lines::default(),
            is_registered: true,
        });
        for _ in 0..self.random.below(4) {
            let (block, line) = self.allocate(place);
            self.used[place].lines.freed(line, block.size());
            if self.random.below(3) == 0 {
                self.next.send(block).expect("the other ends later");
            }
        }
        if number.is_multiple_of(KEPT) {
            let (block, _) = self.allocate(place);
            self.kept.push(block);
        } else {
            self.take_over(place);
        }
        if !number.is_multiple_of(4 * KEPT) {
            self.used[place].is_registered = false;
            release(owner);
        }
    }

    fn allocate(&mut self, place: usize) -> (Block, usize) {
        let line = self.random.below(LINES);
        let (size, align) = (self.random.size(), self.random.align());
        let used = &mut self.used[place];
        let block = scope(used.owner, || {
            go_to(line);
            Block::new(size, align, false)
        });
        used.lines.allocated(line, size);
        (block, line)
    }

    /// Has an owner grow or shrink a block of one that was released.
    fn take_over(&mut self, place: usize) {
        let carried = self.carried.take();
        let Some((mut block, before, old_line)) = carried else {
            let (block, line) = self.allocate(place);
            self.carried = Some((block, place, line));
            return;
        };
        self.used[before].lines.freed(old_line, block.size());
        let (line, size) = (self.random.below(LINES), self.random.size());
        let used = &mut self.used[place];
        scope(used.owner, || {
            go_to(line);
            block.resize(size);
        });
        used.lines.allocated(line, size);
        // One in two is freed, so that not all owners follow another's end.
        if self.random.below(2) == 0 {
            used.lines.freed(line, size);
        } else {
            self.carried = Some((block, place, line));
        }
    }

    /// Checks, while the others go on, the owners of which nobody else frees a block now.
    fn look(&self) {
        let now = Snapshot::take();
        // What is sent is freed at any time: then as much may still live.
        for used in self.used.iter().filter(|used| used.has_block()) {
            if self.all_counted {
                assert_eq!(used.owner.name(), used.name.as_str());
            }
            let usage = now.owner(used.owner).usage;
            let asked = used.lines.total();
            let total = [usage.total_bytes, usage.total_blocks];
            if self.all_counted {
                assert_eq!(total, asked, "{}", used.name);
                let live = used.lines.live();
                assert!(usage.live_bytes >= live[0], "{}: {usage:?}", used.name);
                assert!(usage.live_blocks >= live[1], "{}: {usage:?}", used.name);
            } else {
                assert!(total[0] <= asked[0] && total[1] <= asked[1], "{usage:?}");
            }
        }
    }
}

/// All owners that there were, and the blocks that live.
pub(super) struct Recycled {
    used: Vec<Used>,
    kept: Vec<Block>,
}

/// The threads that register and release, beside others.
pub(super) struct Recycling {
    threads: Vec<JoinHandle<Recycled>>,
    part: &'static str,
    ended_before: Usage,
    all_counted: bool,
}

impl Recycling {
    /// Starts the threads, while nobody else releases an owner.
    pub(super) fn start(part: &'static str, rounds: usize, all_counted: bool) -> Self {
        let ended_before = Snapshot::take().owner(OwnerId::ENDED).usage;
        let (one, two) = (channel(), channel());
        let ends = [(one.0, two.1), (two.0, one.1)];
        let threads = ends.into_iter().enumerate().map(|(number, (next, inbox))| {
            let recycler = Recycler {
                name: format!("{part}:{number}"),
                used: Vec::new(),
                kept: Vec::new(),
                carried: None,
                next,
                inbox,
                random: Random::new(77 + number as u64),
                all_counted,
            };
            let thread = Builder::new().name(format!("recycler {number}"));
            let run = move || recycler.run(rounds);
            thread.spawn(run).expect("a thread")
        });
        Self {
            threads: threads.collect(),
            part,
            ended_before,
            all_counted,
        }
    }

    /// Waits for the threads, and checks every owner that there was, when nothing else goes on.
    ///
    /// `between` is called while blocks of released owners live; then these end as well.
    pub(super) fn finish(self, between: impl FnOnce()) {
        let mut all = Recycled {
            used: Vec::new(),
            kept: Vec::new(),
        };
        for thread in self.threads {
            let mut recycled = thread.join().expect("no recycler panics");
            all.used.append(&mut recycled.used);
            all.kept.append(&mut recycled.kept);
        }
        all.check(self.part, self.ended_before, self.all_counted);
        let numbers = memory::owners().count();
        between();
        all.kept.clear();
        for used in &mut all.used {
            used.lines.free_all();
            if std::mem::take(&mut used.is_registered) {
                release(used.owner);
            }
        }
        all.check(self.part, self.ended_before, self.all_counted);
        let now = memory::owners().count();
        assert!(
            now <= numbers,
            "{now} numbers, not {numbers}: none is given anew"
        );
    }
}

impl Recycled {
    /// Holds the rows of those that live against what was asked for on their behalf, and the row of
    /// those that have ended against the sum of the others.
    fn check(&self, part: &str, ended_before: Usage, all_counted: bool) {
        // Until none waits any more that may end.
        for number in 0..CHURN {
            release(register(&format!(
                "{part}:churn:{number}:{}",
                self.kept.len()
            )));
        }
        let now = Snapshot::take();
        let mut asked = [0, 0];
        for used in &self.used {
            if used.is_registered || used.has_block() {
                used.check(&now, all_counted);
            } else {
                assert_eq!(
                    now.owner(used.owner).usage,
                    Usage::default(),
                    "{}",
                    used.name
                );
            }
            if !(used.is_registered || used.has_block() && all_counted) {
                let total = used.lines.total();
                asked = [asked[0] + total[0], asked[1] + total[1]];
            }
        }
        let ended = now.owner(OwnerId::ENDED).usage;
        assert_eq!((ended.live_bytes, ended.live_blocks), (0, 0));
        let found = [
            ended.total_bytes - ended_before.total_bytes,
            ended.total_blocks - ended_before.total_blocks,
        ];
        if all_counted {
            assert_eq!(found, asked, "what has ended is in one row");
        } else {
            assert!(found[0] <= asked[0] && found[1] <= asked[1], "{found:?}");
        }
    }
}
