//! SIGUSR1: asks for a report, and asks the thread of a run which element it is in.
//!
//! The handler does one of two things, by the thread on which it runs. On the thread that a watch has asked, it stores
//! the current owner of that thread. On any other it counts a request and wakes a thread that watches, by a byte in a
//! pipe.

#![cfg_attr(
    all(unix, not(miri)),
    expect(
        unsafe_code,
        reason = "`sigaction`, `pthread_kill` and `write` are calls into C"
    )
)]

pub(in crate::memory_report) use self::system::OnSignal;
pub(super) use self::system::ThreadOfRun;

#[cfg(all(unix, not(miri)))]
mod system {
    use std::io::{PipeReader, PipeWriter, Read};
    use std::mem;
    use std::os::fd::AsRawFd as _;
    use std::ptr;
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicBool, AtomicI32, AtomicU64, AtomicUsize, Ordering::SeqCst};
    use std::thread;
    use std::time::{Duration, Instant};

    use libc::{SIGUSR1, c_int, pthread_t, sigaction};
    use parking_lot::Mutex;

    use crate::memory::{self, OwnerId, Scope};

    /// The answer that has not come.
    const NO_ANSWER: u64 = 0;
    /// The time that a thread has to answer. One that blocks the signal does not.
    const PATIENCE: Duration = Duration::from_millis(200);

    /// True while a thread is asked for its owner.
    static IS_ASKED: AtomicBool = AtomicBool::new(false);
    /// The thread that is asked.
    static ASKED: Mutex<()> = Mutex::new(());
    static WHO: AtomicUsize = AtomicUsize::new(0);
    static ANSWER: AtomicU64 = AtomicU64::new(NO_ANSWER);

    /// The end of the pipe that the handler writes to; -1 while there is none.
    static PIPE: AtomicI32 = AtomicI32::new(-1);
    static WRITER: OnceLock<PipeWriter> = OnceLock::new();

    /// The runs that want the signal, and the disposition before the first of them.
    static OPEN: Mutex<(usize, Option<sigaction>)> = Mutex::new((0, None));

    /// The thread of a run, as a number: some systems have a pointer for it.
    pub(in super::super) struct ThreadOfRun(usize);

    impl ThreadOfRun {
        /// Returns the calling thread.
        pub(in super::super) fn current() -> Self {
            Self(this_thread())
        }

        /// Returns the owner that the thread allocates for now; `None` if it does not answer.
        ///
        /// The caller has the lock of all runs, and the run ends only after it was taken out of them, so the thread lives.
        pub(in super::super) fn owner(&self) -> Option<OwnerId> {
            let _one_at_a_time = ASKED.lock();
            let _handler = Handler::install();
            ANSWER.store(NO_ANSWER, SeqCst);
            WHO.store(self.0, SeqCst);
            IS_ASKED.store(true, SeqCst);
            // SAFETY: the thread lives, see above.
            let sent = unsafe { libc::pthread_kill(self.0 as pthread_t, SIGUSR1) } == 0;
            let until = Instant::now() + PATIENCE;
            while sent && ANSWER.load(SeqCst) == NO_ANSWER && Instant::now() < until {
                thread::sleep(Duration::from_millis(1));
            }
            IS_ASKED.store(false, SeqCst);
            OwnerId::from_bits(ANSWER.load(SeqCst))
        }
    }

    fn this_thread() -> usize {
        // SAFETY: has no precondition.
        (unsafe { libc::pthread_self() }) as usize
    }

    extern "C" fn on_signal(_: c_int) {
        if IS_ASKED.load(SeqCst) && this_thread() == WHO.load(SeqCst) {
            ANSWER.store(memory::owner().bits(), SeqCst);
            return;
        }
        memory::request_dump();
        let pipe = PIPE.load(SeqCst);
        if pipe >= 0 {
            let byte = 1_u8;
            // SAFETY: `write` is async-signal-safe, and reads one byte of a local. The pipe is never closed.
            unsafe { libc::write(pipe, ptr::from_ref(&byte).cast(), 1) };
        }
    }

    /// SIGUSR1 asks for a report while one of these lives; the last one restores what it did before.
    #[derive(Debug)]
    pub(in crate::memory_report) struct OnSignal {
        _handler: Handler,
    }

    impl OnSignal {
        /// Installs the handler, and starts a thread that calls `watch` after each signal.
        ///
        /// # Errors
        ///
        /// The system refuses a pipe or a thread.
        pub(in crate::memory_report) fn enter(watch: fn()) -> Result<Self, String> {
            start_watch(watch).map_err(|error| error.to_string())?;
            Ok(Self {
                _handler: Handler::install(),
            })
        }
    }

    /// The handler is installed while one of these lives.
    #[derive(Debug)]
    struct Handler(());

    impl Handler {
        fn install() -> Self {
            let mut open = OPEN.lock();
            if open.0 == 0 {
                open.1 = get();
                set(&ours());
            }
            open.0 += 1;
            Self(())
        }
    }

    impl Drop for Handler {
        fn drop(&mut self) {
            let mut open = OPEN.lock();
            open.0 -= 1;
            if open.0 == 0
                && let Some(before) = open.1.take()
            {
                set(&before);
            }
        }
    }

    /// Starts the thread that sees to it that signals are served, once a process.
    fn start_watch(watch: fn()) -> std::io::Result<()> {
        if WRITER.get().is_some() {
            return Ok(());
        }
        let _profiler = Scope::profiler();
        let (mut reader, writer): (PipeReader, PipeWriter) = std::io::pipe()?;
        thread::Builder::new()
            .name(String::from("sgn-signals"))
            .spawn(move || {
                let _profiler = Scope::profiler();
                // All bytes that are there are one request.
                while reader.read(&mut [0; 64]).is_ok_and(|read| read > 0) {
                    watch();
                }
            })?;
        PIPE.store(writer.as_raw_fd(), SeqCst);
        let _ = WRITER.set(writer);
        Ok(())
    }

    /// Returns the disposition with our handler.
    fn ours() -> sigaction {
        // SAFETY: `sigaction` is a C structure of integers and an optional function pointer, for all of which zero is a
        // valid value.
        let mut action: sigaction = unsafe { mem::zeroed() };
        let handler: extern "C" fn(c_int) = on_signal;
        action.sa_sigaction = handler as usize;
        action.sa_flags = libc::SA_RESTART | libc::SA_ONSTACK;
        action
    }

    /// Returns the disposition of the signal.
    fn get() -> Option<sigaction> {
        let mut action = ours();
        // SAFETY: the new disposition is null, which asks for the old one only, and the pointer for that is to a local of
        // the right type that lives through the call.
        let status = unsafe { libc::sigaction(SIGUSR1, ptr::null(), &raw mut action) };
        (status == 0).then_some(action)
    }

    fn set(action: &sigaction) {
        // SAFETY: the handler is what the system itself returned, or `on_signal`, which does nothing but atomic operations
        // and one call that POSIX lists as async-signal-safe: the thread-local that it reads is constant-initialised and
        // needs no destructor. The pointer for the old disposition may be null.
        unsafe { libc::sigaction(SIGUSR1, ptr::from_ref(action), ptr::null_mut()) };
    }
}

#[cfg(not(all(unix, not(miri))))]
mod system {
    use crate::memory::OwnerId;

    /// The thread of a run, which cannot be asked here.
    pub(in super::super) struct ThreadOfRun(());

    impl ThreadOfRun {
        pub(in super::super) fn current() -> Self {
            Self(())
        }

        pub(in super::super) fn owner(&self) -> Option<OwnerId> {
            None
        }
    }

    /// Nothing: there is no such signal here.
    #[derive(Debug)]
    pub(in crate::memory_report) struct OnSignal(());

    impl OnSignal {
        pub(in crate::memory_report) fn enter(_: fn()) -> Result<Self, String> {
            Err(String::from("this system has no SIGUSR1"))
        }
    }
}
