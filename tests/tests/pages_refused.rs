//! A system that has no pages for the profiler's tables: what cannot be counted is said, and what is
//! counted is right. The program itself goes on.
//!
//! Not among the tests that run under a sanitizer, which has no pages then either, and gives up.

#![cfg_attr(
    target_os = "linux",
    expect(
        unsafe_code,
        reason = "an allocator, and limits to what the system gives"
    )
)]

#[cfg(target_os = "linux")]
mod linux {
    use std::alloc::{GlobalAlloc, Layout, System};
    use std::hint::black_box;
    use std::process::Command;
    use std::thread::Builder;

    use sgn::memory::{self, Blocks, OwnerId, Snapshot, Usage, register, scope};
    use sgn::prelude::*;

    /// The system's allocator under another name: so the tags of large blocks have a table, which
    /// they do not need on glibc.
    struct Unknown;

    // SAFETY: every request is handed on as it is; the other two methods come down to these.
    unsafe impl GlobalAlloc for Unknown {
        unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
            // SAFETY: the caller's contract is ours.
            unsafe { System.alloc(layout) }
        }

        unsafe fn dealloc(&self, start: *mut u8, layout: Layout) {
            // SAFETY: the caller's contract is ours.
            unsafe { System.dealloc(start, layout) }
        }
    }

    sgn::counting_allocator!(Unknown);

    /// Less than a table of the profiler, and more than the program needs.
    const LITTLE: u64 = 1 << 20;
    const STACK: usize = 64 << 10;
    /// A block for which glibc asks the system, far from all smaller ones.
    const LARGE: usize = 200_000;
    /// Blocks that a thread without a table allocates and frees.
    const PAIRS: u64 = 2000;

    /// Sets the limit of this process's address space, which may be raised again.
    fn limit(bytes: u64) {
        let mut limit = libc::rlimit {
            rlim_cur: 0,
            rlim_max: 0,
        };
        // SAFETY: `limit` is a place for the answer.
        let answer = unsafe { libc::getrlimit(libc::RLIMIT_AS, &raw mut limit) };
        assert_eq!(answer, 0);
        limit.rlim_cur = bytes.min(limit.rlim_max);
        // SAFETY: `limit` is a limit.
        let answer = unsafe { libc::setrlimit(libc::RLIMIT_AS, &raw const limit) };
        assert_eq!(answer, 0);
    }

    /// The address space that this process has now.
    fn size() -> u64 {
        let told = std::fs::read_to_string("/proc/self/statm").expect("the system tells");
        let pages = told.split(' ').next().expect("a number");
        pages.parse::<u64>().expect("a number") * 4096
    }

    /// Calls `work` while the system has nothing for the profiler.
    fn without_pages(work: impl FnOnce()) {
        limit(size() + LITTLE);
        work();
        limit(u64::MAX);
    }

    fn usage(owner: OwnerId) -> Usage {
        Snapshot::take().owner(owner).usage
    }

    fn allocate(owner: OwnerId, bytes: usize) -> Vec<u8> {
        scope(owner, || black_box(vec![1_u8; bytes]))
    }

    /// Counting cannot begin, and begins when there are pages again.
    fn switch() {
        let owner = register("switch:src:out");
        without_pages(|| {
            assert!(!memory::enable());
            assert!(!memory::is_enabled());
            drop(allocate(owner, 5000));
        });
        assert_eq!(usage(owner), Usage::default());
        assert!(memory::enable());
        drop(allocate(owner, 5000));
        assert_eq!(usage(owner).total_bytes, 5000);
    }

    /// Threads for which there is no table of their own count in the shared one.
    fn threads() {
        assert!(memory::enable());
        let owner = register("threads:src:out");
        let kept = allocate(owner, 10);
        let before = usage(owner);
        without_pages(|| {
            for _ in 0..3 {
                let thread = Builder::new().name("poor".into()).stack_size(STACK);
                let thread = thread.spawn(move || {
                    for _ in 0..PAIRS {
                        drop(allocate(owner, 100));
                    }
                    allocate(owner, 200)
                });
                let block = thread.expect("a thread").join().expect("no panic");
                drop(allocate(owner, 50));
                drop(block);
            }
        });
        let refused = Snapshot::take().refused_tables();
        assert!(
            (3..=30).contains(&refused),
            "remembered, and asked for again after ever longer: {refused}"
        );
        let more = usage(owner).since(before);
        assert_eq!(
            [more.total_bytes, more.total_blocks],
            [3 * (PAIRS * 100 + 200 + 50), 3 * (PAIRS + 2)]
        );
        assert_eq!((more.live_bytes, more.live_blocks), (0, 0));
        drop(kept);
        assert_eq!(usage(owner).live_blocks, 0);
    }

    /// Large blocks for whose tags there is no table are not counted, and told.
    fn tags() {
        assert!(memory::enable());
        let owner = register("tags:src:out");
        drop(allocate(owner, 10));
        let before = usage(owner);
        let mut large = Vec::new();
        without_pages(|| {
            large = allocate(owner, LARGE);
            drop(allocate(owner, 100));
        });
        let now = Snapshot::take();
        let more = now.owner(owner).usage.since(before);
        assert_eq!([more.total_bytes, more.total_blocks], [100, 1]);
        let unplaced = now.unplaced();
        assert_eq!((unplaced.bytes, unplaced.blocks), (LARGE as u64, 1));
        drop(large);
        // Nobody may take a later block there for one that was counted.
        let later = allocate(owner, LARGE);
        let after = usage(owner).since(before);
        assert!([0, LARGE as i64].contains(&after.live_bytes), "{after:?}");
        drop(later);
        assert_eq!(usage(owner).since(before).live_bytes, 0);
        assert_eq!(Snapshot::take().corrupted(), Blocks::default());
    }

    #[sgn::source]
    fn ones() -> u32 {
        1
    }

    #[sgn::sink]
    fn forget(_number: &u32) {}

    /// The environment asks for counting from the first byte, and there were no pages then.
    fn environment() {
        assert!(!memory::is_enabled());
        let mut pipeline = Pipeline::new();
        let ones = pipeline.add(ones::builder("ones")).expect("a source");
        let forget = pipeline.add(forget::builder("forget")).expect("a sink");
        pipeline.link(ones.out, forget.number).expect("a link");
        let options = RunOptions::new().max_strides(3).handle_signals(false);
        let options = options.memory_report(MemoryReport::on());
        let error = pipeline.run_with(options).expect_err("no numbers");
        assert!(error.to_string().contains("memory"), "{error}");
    }

    const CASES: [(&str, fn()); 3] = [("switch", switch), ("threads", threads), ("tags", tags)];

    /// Each case has a process of its own: tables are never given back.
    pub(super) fn main() {
        let asked = std::env::var("SGN_TEST_CASE").ok();
        if let Some(asked) = asked {
            if asked == "environment" {
                return environment();
            }
            let case = CASES.iter().find(|(name, _)| *name == asked);
            return case.expect("a case").1();
        }
        let program = std::env::current_exe().expect("the path of this program");
        for (name, _) in CASES {
            let mut command = Command::new(&program);
            let status = command.env("SGN_TEST_CASE", name).status();
            assert!(status.expect("this program starts").success(), "{name}");
        }
        let mut command = Command::new("sh");
        command
            .args(["-c", "ulimit -v 50000; exec \"$0\""])
            .arg(&program)
            .env("SGN_TEST_CASE", "environment")
            .env("SGNLOGLEVEL", "pipeline:MEMPROF");
        assert!(command.status().expect("a shell").success(), "environment");
    }
}

fn main() {
    #[cfg(target_os = "linux")]
    linux::main();
}
