//! Blocks that are born before `main` and that die after it, in the main thread's destructors of
//! thread-locals and in a handler of `atexit`, are counted like all others.

#![cfg_attr(
    all(target_os = "linux", target_env = "gnu"),
    expect(unsafe_code, reason = "a function that the system calls before `main`")
)]

#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod linux {
    use std::hint::black_box;
    use std::process::Command;
    use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

    use parking_lot::Mutex;
    use sgn::memory::{self, Mark, OwnerId, Snapshot, Usage, mark, register, scope};

    sgn::counting_allocator!();

    /// What the program ends with if the handler of `atexit` was content.
    const CONTENT: i32 = 42;
    const BEFORE: usize = 1234;
    const WITHIN: usize = 5000;
    const DESTRUCTOR: usize = 321;
    const AFTER: usize = 77;

    #[used]
    // SAFETY: the section holds pointers to functions of this type, which the system calls in turn.
    #[unsafe(link_section = ".init_array")]
    static CALLED_BEFORE_MAIN: extern "C" fn() = before_main;

    static LINE: Mark = Mark::new("before_main.rs", 1, "before main");
    /// The blocks, and who they belong to.
    static KEPT: Mutex<Option<(OwnerId, Vec<Vec<u8>>)>> = Mutex::new(None);
    static DESTRUCTOR_RAN: AtomicBool = AtomicBool::new(false);

    extern "C" fn before_main() {
        let owner = register("before:main");
        let block = scope(owner, || {
            mark(&LINE);
            black_box(vec![1_u8; BEFORE])
        });
        *KEPT.lock() = Some((owner, vec![block]));
    }

    fn usage(owner: OwnerId) -> Usage {
        Snapshot::take().owner(owner).usage
    }

    fn take() -> (OwnerId, Vec<Vec<u8>>) {
        KEPT.lock().take().expect("something is kept")
    }

    /// Allocates and frees when the main thread's thread-locals end.
    struct AtEnd(OwnerId);

    impl Drop for AtEnd {
        fn drop(&mut self) {
            scope(self.0, || drop(black_box(vec![1_u8; DESTRUCTOR])));
            DESTRUCTOR_RAN.store(true, Relaxed);
        }
    }

    thread_local! {
        static AT_END: std::cell::OnceCell<AtEnd> = const { std::cell::OnceCell::new() };
    }

    extern "C" fn after_main() {
        assert!(DESTRUCTOR_RAN.load(Relaxed), "they end before");
        let (owner, blocks) = take();
        let before = usage(owner);
        assert_eq!(
            [before.live_bytes, before.live_blocks, before.total_bytes],
            [WITHIN as u64, 1, (BEFORE + WITHIN + DESTRUCTOR) as u64]
        );
        drop(blocks);
        let late = scope(owner, || black_box(vec![1_u8; AFTER]));
        let after = usage(owner);
        assert_eq!(
            [after.live_bytes, after.live_blocks, after.total_blocks],
            [AFTER as u64, 1, before.total_blocks + 1]
        );
        drop(late);
        assert_eq!(usage(owner).live_bytes, 0);
        // SAFETY: ends the process, as it is about to.
        unsafe { libc::_exit(CONTENT) };
    }

    /// Counting was off before `main`: what was born there is never counted.
    fn born_while_off() {
        assert!(!memory::is_enabled());
        assert!(memory::enable());
        let (owner, blocks) = take();
        drop(blocks);
        assert_eq!(usage(owner), Usage::default());
        assert_eq!(Snapshot::take().corrupted().blocks, 0);
    }

    /// Counting was on from the first byte.
    fn born_while_on() {
        assert!(memory::is_enabled());
        let (owner, blocks) = take();
        let now = Snapshot::take();
        let rows: Vec<_> = now.sites().filter(|site| site.owner == owner).collect();
        assert_eq!(rows.len(), 1);
        assert!(rows[0].mark.is_some_and(|mark| std::ptr::eq(mark, &LINE)));
        assert_eq!(rows[0].usage.live_bytes, BEFORE as u64);
        drop(blocks);
        assert_eq!(usage(owner).live_bytes, 0);

        let block = scope(owner, || black_box(vec![1_u8; WITHIN]));
        *KEPT.lock() = Some((owner, vec![block]));
        AT_END.with(|at_end| at_end.get_or_init(|| AtEnd(owner)).0);
        // SAFETY: the function may be called at any time, and only once.
        let answer = unsafe { libc::atexit(after_main) };
        assert_eq!(answer, 0);
    }

    /// What tells the program which part it is to play.
    const PART: &str = "SGN_TEST_PART";

    pub(super) fn main() {
        match std::env::var(PART).as_deref() {
            Ok("off") => return born_while_off(),
            Ok("on") => return born_while_on(),
            _ => {}
        }
        let program = std::env::current_exe().expect("the path of this program");
        let part = |part, level| {
            let mut command = Command::new(&program);
            command.env(PART, part).env("SGNLOGLEVEL", level);
            let status = command.status().expect("this program starts");
            status.code()
        };
        assert_eq!(part("off", "pipeline:INFO"), Some(0));
        assert_eq!(part("on", "pipeline:MEMPROF"), Some(CONTENT));
    }
}

fn main() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    linux::main();
}
