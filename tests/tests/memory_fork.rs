//! A child made by `fork` goes on counting from its parent's numbers, and the parent does not
//! notice; with one thread and in the midst of many.

#![cfg_attr(unix, expect(unsafe_code, reason = "forks"))]

#[cfg(unix)]
mod unix {
    use std::hint::black_box;
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
    use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
    use std::thread::Builder;

    use sgn::memory::{self, Mark, OwnerId, Snapshot, Usage, mark, register, scope};

    sgn::counting_allocator!();

    /// What a child ends with if all its numbers were right.
    const CONTENT: i32 = 42;
    const FORKS: usize = 50;
    const KEPT: usize = 3000;

    static LINE: Mark = Mark::new("fork.rs", 1, "in the child");

    /// Runs `child` in a child process, which must be content.
    fn in_child(child: impl FnOnce()) {
        // SAFETY: the child calls what may be called there, as it holds no lock that others had, and
        // does not return.
        match unsafe { libc::fork() } {
            0 => {
                let content = catch_unwind(AssertUnwindSafe(child)).is_ok();
                // SAFETY: ends the child without running the parent's destructors.
                unsafe { libc::_exit(if content { CONTENT } else { 1 }) }
            }
            child => {
                assert!(child > 0, "the system makes a child");
                let mut status = 0;
                // SAFETY: `status` is a place for the answer.
                let answer = unsafe { libc::waitpid(child, &raw mut status, 0) };
                assert_eq!(answer, child);
                assert!(libc::WIFEXITED(status), "killed: {status:#x}");
                assert_eq!(libc::WEXITSTATUS(status), CONTENT);
            }
        }
    }

    fn usage(owner: OwnerId) -> [u64; 4] {
        let usage = Snapshot::take().owner(owner).usage;
        [
            usage.live_bytes,
            usage.live_blocks,
            usage.total_bytes,
            usage.total_blocks,
        ]
    }

    fn assert_adds_up() {
        let now = Snapshot::take();
        let owners: Usage = now.owners().map(|owner| owner.usage).sum();
        assert_eq!(owners, now.total());
        for site in now.sites() {
            assert!(site.usage.live_bytes <= site.usage.total_bytes, "{site:?}");
            assert!(
                site.usage.live_blocks <= site.usage.total_blocks,
                "{site:?}"
            );
        }
    }

    /// What a child does with a block of its parent: each number is exact, and the last ones are
    /// those of the block alone.
    fn count_on(owner: OwnerId, block: Vec<u8>) {
        let [live, blocks, total, births] = usage(owner);
        assert_eq!([live, blocks], [KEPT as u64, 1]);
        scope(owner, || drop(black_box(vec![1_u8; 100])));
        let other = scope(owner, || {
            mark(&LINE);
            black_box(vec![2_u8; 200])
        });
        assert_eq!(usage(owner), [live + 200, 2, total + 300, births + 2]);
        drop(block);
        assert_eq!(usage(owner), [200, 1, total + 300, births + 2]);
        drop(other);
        assert_eq!(usage(owner), [0, 0, total + 300, births + 2]);
        assert_adds_up();
    }

    fn block_of(owner: OwnerId) -> Vec<u8> {
        scope(owner, || black_box(vec![3_u8; KEPT]))
    }

    /// A process of one thread: its child may do all that a process may.
    fn alone(owner: OwnerId) {
        let block = block_of(owner);
        let before = (usage(owner), Snapshot::take().total());
        in_child(|| {
            assert_eq!(Snapshot::take().total(), before.1);
            count_on(owner, block_of_parent(&block));
            let fresh = register("child:src:out");
            let thread = Builder::new().name("child".into());
            let thread = thread.spawn(move || scope(fresh, || black_box(vec![4_u8; 70])));
            let made = thread.expect("a thread").join().expect("no panic");
            assert_eq!(usage(fresh), [70, 1, 70, 1]);
            memory::disable();
            scope(fresh, || drop(black_box(vec![5_u8; 10])));
            drop(made);
            assert_eq!(usage(fresh), [0, 0, 70, 1]);
            assert!(memory::enable());
            in_child(|| assert_eq!(usage(fresh), [0, 0, 70, 1]));
        });
        assert_eq!((usage(owner), Snapshot::take().total()), before);
        drop(block);
    }

    /// The child's copy of a block that the parent keeps.
    fn block_of_parent(block: &Vec<u8>) -> Vec<u8> {
        // SAFETY: called in the child, which never ends the original: it leaves by `_exit`.
        unsafe { std::ptr::read(block) }
    }

    static STOP: AtomicBool = AtomicBool::new(false);

    /// Allocates and frees, half of it what another thread allocated, until told to stop.
    fn churn(owner: OwnerId, next: &SyncSender<Vec<u8>>, inbox: &Receiver<Vec<u8>>) {
        let mut size = 1;
        while !STOP.load(Relaxed) {
            size = size * 7 % 4001 + 1;
            let block = scope(owner, || black_box(vec![6_u8; size]));
            let _ = next.try_send(block);
            drop(inbox.try_recv());
        }
    }

    /// A process of several threads that allocate all the while.
    fn among_others(owner: OwnerId, others: OwnerId) {
        let (first, second) = (sync_channel(64), sync_channel(64));
        let ends = [(first.0, second.1), (second.0, first.1)];
        let threads = ends.map(|(next, inbox)| {
            let builder = Builder::new().name("churn".into());
            let thread = builder.spawn(move || churn(others, &next, &inbox));
            thread.expect("a thread")
        });
        for _ in 0..FORKS {
            let block = block_of(owner);
            let before = usage(owner);
            in_child(|| count_on(owner, block_of_parent(&block)));
            assert_eq!(usage(owner), before);
            drop(block);
            assert_adds_up();
        }
        STOP.store(true, Relaxed);
        for thread in threads {
            thread.join().expect("no panic");
        }
        let [live, blocks, total, _] = usage(others);
        assert_eq!([live, blocks], [0, 0]);
        assert!(total > 0);
    }

    pub(super) fn main() {
        assert!(memory::enable());
        let owner = register("parent:src:out");
        alone(owner);
        among_others(owner, register("others:src:out"));
        assert_eq!(usage(owner)[..2], [0, 0]);
    }
}

fn main() {
    #[cfg(unix)]
    unix::main();
}
