//! A signal's handler may ask who the owner is, and enter and leave a scope, wherever it interrupts
//! an allocation: every number is exact afterwards.

#![cfg_attr(
    unix,
    expect(unsafe_code, reason = "installs a handler, sends signals")
)]

#[cfg(unix)]
mod unix {
    use std::hint::black_box;
    use std::os::unix::thread::JoinHandleExt as _;
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
    use std::thread::{Builder, JoinHandle};
    use std::time::{Duration, Instant};

    use sgn::memory::{self, Mark, OwnerId, Scope, Snapshot, mark, register, scope};

    sgn::counting_allocator!();

    const WORKERS: usize = 2;
    /// Interruptions that are enough, and the time in which there must have been some.
    const ENOUGH: u64 = 20_000;
    const SECONDS: u64 = 5;
    const SIZES: [usize; 4] = [1, 100, 1500, 40_000];

    static LINES: [Mark; 2] = [
        Mark::new("signal.rs", 1, "at work"),
        Mark::new("signal.rs", 2, "still at work"),
    ];
    static IN_HANDLER: Mark = Mark::new("signal.rs", 3, "in the handler");
    static HANDLER: OnceLock<OwnerId> = OnceLock::new();
    static CALLS: AtomicU64 = AtomicU64::new(0);
    static WRONG: AtomicBool = AtomicBool::new(false);
    static STOP: AtomicBool = AtomicBool::new(false);

    /// Allocates nothing, as a handler must not.
    extern "C" fn interrupt(_: libc::c_int) {
        let before = memory::owner();
        if let Some(owner) = HANDLER.get() {
            let _scope = Scope::enter(*owner);
            mark(&IN_HANDLER);
            WRONG.fetch_or(memory::owner() != *owner, Relaxed);
        }
        WRONG.fetch_or(memory::owner() != before, Relaxed);
        CALLS.fetch_add(1, Relaxed);
    }

    fn install() {
        // SAFETY: all-zero bytes are an action.
        let mut action: libc::sigaction = unsafe { std::mem::zeroed() };
        let handler: extern "C" fn(libc::c_int) = interrupt;
        action.sa_sigaction = handler as libc::sighandler_t;
        action.sa_flags = libc::SA_RESTART;
        // SAFETY: the handler calls only what a handler may.
        let answer =
            unsafe { libc::sigaction(libc::SIGUSR1, &raw const action, std::ptr::null_mut()) };
        assert_eq!(answer, 0);
    }

    /// Allocates, grows and frees for two owners until told to stop: how many rounds.
    fn work(owners: [OwnerId; 2]) -> u64 {
        let mut rounds = 0;
        while !STOP.load(Relaxed) {
            for size in SIZES {
                let mut block = scope(owners[0], || {
                    mark(&LINES[0]);
                    black_box(vec![1_u8; size])
                });
                scope(owners[1], || {
                    mark(&LINES[1]);
                    block.reserve_exact(size);
                });
                assert!(block.iter().all(|byte| *byte == 1));
                drop(black_box(block));
            }
            rounds += 1;
        }
        rounds
    }

    /// Interrupts the workers in turn until that is enough.
    fn interrupt_often(workers: &[JoinHandle<u64>]) {
        let end = Instant::now() + Duration::from_secs(SECONDS);
        for worker in workers.iter().cycle() {
            if CALLS.load(Relaxed) >= ENOUGH || Instant::now() >= end {
                break;
            }
            // SAFETY: the thread was not joined yet.
            let answer = unsafe { libc::pthread_kill(worker.as_pthread_t(), libc::SIGUSR1) };
            assert_eq!(answer, 0);
            std::thread::yield_now();
        }
        assert!(CALLS.load(Relaxed) > 100, "{CALLS:?} interruptions");
    }

    /// Checks the one row of an owner: what was allocated there, and nothing is live.
    fn check(owner: OwnerId, line: &'static Mark, rounds: u64, bytes_of: impl Fn(usize) -> usize) {
        let now = Snapshot::take();
        let rows: Vec<_> = now.sites().filter(|site| site.owner == owner).collect();
        assert_eq!(rows.len(), 1, "{rows:?}");
        assert!(rows[0].mark.is_some_and(|mark| std::ptr::eq(mark, line)));
        let usage = rows[0].usage;
        let bytes: usize = SIZES.into_iter().map(bytes_of).sum();
        assert_eq!(
            [usage.total_bytes, usage.total_blocks, usage.live_bytes],
            [rounds * bytes as u64, rounds * SIZES.len() as u64, 0]
        );
    }

    pub(super) fn main() {
        assert!(memory::enable());
        let handler = *HANDLER.get_or_init(|| register("handler"));
        let owners = [register("one:src:out"), register("two:src:out")];
        install();
        let workers: Vec<_> = (0..WORKERS)
            .map(|_| {
                let builder = Builder::new().name("worker".into());
                builder.spawn(move || work(owners)).expect("a thread")
            })
            .collect();
        interrupt_often(&workers);
        STOP.store(true, Relaxed);
        let rounds = workers
            .into_iter()
            .map(|worker| worker.join().expect("no panic"))
            .sum();
        assert!(rounds > 0);
        assert!(!WRONG.load(Relaxed), "the owner changed under a handler");
        check(owners[0], &LINES[0], rounds, |size| size);
        check(owners[1], &LINES[1], rounds, |size| size * 2);
        assert_eq!(Snapshot::take().owner(handler).usage.total_blocks, 0);
        assert_eq!(Snapshot::take().corrupted().blocks, 0);
    }
}

fn main() {
    #[cfg(unix)]
    unix::main();
}
