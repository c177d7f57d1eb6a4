//! Parks all other threads of the process while their memory is searched.
//!
//! Each thread is interrupted by a signal, and waits in the handler until it is released; see `signal.rs`. What the
//! rest of the program notices: `poll`, `epoll_wait`, `nanosleep` and the other calls that no handler restarts return
//! `EINTR`, as does reading from a socket with a time limit; a call that can be restarted is. A program that waits for
//! all real-time signals by `sigwait` receives one that nobody has sent to it.
//!
//! A thread that holds a lock is parked with it. So until they are released, nothing may lock what another thread may
//! have locked: no allocation but of pages, no output, no list of the loaded libraries.

use std::time::Duration;

use super::mappings::Mappings;
use super::pages::PageBuffer;

pub(in crate::memory) use super::cannot::Cannot;
pub(in crate::memory) use imp::{Parked, park_others};

/// The part of a thread's stack that is in use, with the registers that are saved on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::memory) struct Stack {
    /// The lowest address of the memory that is the stack's and not in use.
    pub(in crate::memory) unused: usize,
    /// The first address that is in use.
    pub(in crate::memory) start: usize,
    /// The first address after the stack. The thread's own variables are below it, unless it is the main thread.
    pub(in crate::memory) end: usize,
}

#[cfg(all(
    target_os = "linux",
    target_pointer_width = "64",
    any(target_arch = "x86_64", target_arch = "aarch64"),
    not(miri)
))]
mod imp {
    use std::sync::atomic::{
        AtomicI32,
        Ordering::{Acquire, Relaxed, Release},
    };
    use std::thread;
    use std::time::Instant;

    use super::super::mappings::{Content, Mapping};
    use super::super::registers::{
        ABOVE_THREAD_POINTER, PRESERVED, RED_ZONE, preserved, stack_pointer, thread_pointer,
    };
    use super::super::signal::{Answer, Round, Stopped, exists, signal, this_process, this_thread};
    use super::super::tasks::{Tasks, is_pending, main_has_ended};
    use super::{Cannot, Duration, Mappings, PageBuffer, Stack};

    /// The process that parks its threads now; zero if none does. A child that was forked meanwhile finds the number of
    /// its parent, and takes no notice.
    static HOLDER: AtomicI32 = AtomicI32::new(0);

    /// The other threads of the process. Those that were parked are released when this is dropped.
    pub(in crate::memory) struct Parked {
        // Dropped in this order.
        round: Option<Round>,
        lock: Option<Lock>,
        cannot: Option<Cannot>,
        is_all: bool,
        registers: [usize; PRESERVED],
        stack_pointer: usize,
        thread_pointer: usize,
    }

    /// The permission to have a round.
    struct Lock(());

    impl Lock {
        fn try_new() -> Option<Self> {
            let process = this_process();
            let mut holder = HOLDER.load(Relaxed);
            while holder != process {
                match HOLDER.compare_exchange(holder, process, Acquire, Relaxed) {
                    Ok(_) => return Some(Self(())),
                    Err(other) => holder = other,
                }
            }
            None
        }
    }

    impl Drop for Lock {
        fn drop(&mut self) {
            HOLDER.store(0, Release);
        }
    }

    /// Parks all other threads, those included that are started meanwhile, and waits at most `timeout` for them.
    ///
    /// A thread that blocks signals, or is in a call that the system does not interrupt, does not park. One that parks
    /// after the time limit waits with the others.
    #[inline(never)]
    pub(in crate::memory) fn park_others(timeout: Duration) -> Parked {
        let mut parked = Parked {
            registers: preserved(),
            stack_pointer: stack_pointer(),
            thread_pointer: thread_pointer(),
            round: None,
            lock: None,
            cannot: None,
            is_all: false,
        };
        match parked.park(timeout) {
            Ok(is_all) => parked.is_all = is_all,
            Err(cannot) => {
                parked.cannot = Some(cannot);
                parked.round = None;
                parked.lock = None;
            }
        }
        parked
    }

    impl Parked {
        fn park(&mut self, timeout: Duration) -> Result<bool, Cannot> {
            let start = Instant::now();
            self.lock = Some(Lock::try_new().ok_or(Cannot::Busy)?);
            let tasks = Tasks::open().ok_or(Cannot::List)?;
            let signal = signal().ok_or(Cannot::Signal)?;
            let mut patience = PATIENCE;
            loop {
                let round = &*self.round.insert(Round::begin());
                match park_round(
                    round,
                    &tasks,
                    signal,
                    patience,
                    timeout.saturating_sub(start.elapsed()),
                )? {
                    Outcome::All => return Ok(true),
                    Outcome::TooLate => return Ok(false),
                    Outcome::Stuck => {}
                }
                self.round = None;
                thread::sleep(PATIENCE);
                patience *= 2;
            }
        }

        /// Returns the cause why no thread was parked, if so.
        pub(in crate::memory) fn cannot(&self) -> Option<Cannot> {
            self.cannot
        }

        /// Returns how many threads were asked to park, without those that have ended.
        pub(in crate::memory) fn asked(&self) -> usize {
            self.count(|answer| !matches!(answer, Answer::Ended))
        }

        /// Returns how many threads are parked.
        pub(in crate::memory) fn parked(&self) -> usize {
            self.count(|answer| matches!(answer, Answer::Stopped(_)))
        }

        /// Returns true if no other thread of the process runs.
        pub(in crate::memory) fn all(&self) -> bool {
            self.is_all
        }

        fn answers(&self) -> impl Iterator<Item = Answer<'_>> {
            let all = self
                .round
                .iter()
                .flat_map(|round| (0..round.asked()).filter_map(|index| round.answer(index)));
            all.map(|(_, answer)| answer)
        }

        fn count(&self, is_counted: impl Fn(&Answer<'_>) -> bool) -> usize {
            self.answers().filter(is_counted).count()
        }

        /// Returns the registers that the calling thread had when it called [`park_others`] and has saved nowhere else.
        pub(in crate::memory) fn registers(&self) -> &[usize] {
            &self.registers
        }

        /// Returns the address next to which the calling thread has its own variables.
        pub(in crate::memory) fn thread_pointer(&self) -> usize {
            self.thread_pointer
        }

        /// Writes the stacks of the parked threads and of the calling one, in the order of their addresses.
        ///
        /// `mappings` were read after the threads were parked. Returns false if a stack is missing: that of a thread
        /// which is not parked, or one in none of the mappings.
        pub(in crate::memory) fn stacks(
            &self,
            mappings: &Mappings,
            stacks: &mut PageBuffer<Stack>,
        ) -> bool {
            stacks.clear();
            let own = Stopped {
                stack: self.stack_pointer - RED_ZONE,
                frame: self.stack_pointer - RED_ZONE,
                frame_end: 0,
                thread_pointer: self.thread_pointer,
            };
            let mut is_whole = self.is_all && add(&own, mappings, stacks);
            for answer in self.answers() {
                if let Answer::Stopped(stopped) = answer {
                    is_whole &= add(stopped, mappings, stacks);
                }
            }
            stacks.sort_unstable_by_key(|stack| stack.start);
            is_whole
        }
    }

    /// The time without an answer after which a round begins anew, the first time.
    ///
    /// A thread that begins or ends blocks signals, and may wait for a lock that a parked thread holds. It only goes on
    /// if that one does.
    const PATIENCE: Duration = Duration::from_millis(2);

    /// The outcome of one round.
    enum Outcome {
        All,
        Stuck,
        TooLate,
    }

    fn park_round(
        round: &Round,
        tasks: &Tasks,
        signal: i32,
        patience: Duration,
        timeout: Duration,
    ) -> Result<Outcome, Cannot> {
        let start = Instant::now();
        let (mut known, mut news, mut without_news) = (0, start, 0);
        loop {
            let is_news = ask_all(round, tasks, signal)?;
            without_news = if is_news { 0 } else { without_news + 1 };
            // A folder that changes while it is read may hide an entry once.
            if without_news == 2 {
                return Ok(Outcome::All);
            }
            while is_any_missing(round) {
                if start.elapsed() >= timeout {
                    return Ok(Outcome::TooLate);
                }
                if news.elapsed() >= patience {
                    return Ok(Outcome::Stuck);
                }
                let answered = round.wait(known);
                if answered != known {
                    (known, news) = (answered, Instant::now());
                }
            }
            if start.elapsed() >= timeout {
                return Ok(Outcome::TooLate);
            }
        }
    }

    /// Asks the threads that were not asked yet; `true` if there were any.
    fn ask_all(round: &Round, tasks: &Tasks, signal: i32) -> Result<bool, Cannot> {
        let own = this_thread();
        let (mut is_news, mut is_sent, mut hint) = (false, false, 0);
        let is_read = tasks.each(|thread| {
            if thread == own {
                return;
            }
            let known = find(round, thread, hint);
            hint = known.map_or(hint, |(index, _)| index + 1);
            if let Some((_, false)) = known {
                return;
            }
            is_news = true;
            // It will answer to the signal that it has: another one would be kept besides.
            let has_signal = round.is_after_missing() && is_pending(thread, signal);
            is_sent |= round
                .ask(signal, thread, known.map(|(index, _)| index), has_signal)
                .is_some();
        });
        if !is_read {
            Err(Cannot::List)
        } else if is_news && !is_sent && round.asked() == 0 {
            Err(Cannot::Send)
        } else {
            Ok(is_news)
        }
    }

    /// Returns the index of a thread among those that were asked, and true if it has ended. Most are where they were in
    /// the list before, at `hint`.
    fn find(round: &Round, thread: i32, hint: usize) -> Option<(usize, bool)> {
        let is_it = |index: usize| match round.answer(index) {
            Some((asked, answer)) if asked == thread => {
                Some((index, matches!(answer, Answer::Ended)))
            }
            _ => None,
        };
        is_it(hint).or_else(|| (0..round.asked()).find_map(is_it))
    }

    /// Returns true if a thread was asked, exists, and is not parked.
    fn is_any_missing(round: &Round) -> bool {
        let mut is_any_missing = false;
        for index in 0..round.asked() {
            if let Some((thread, Answer::Missing)) = round.answer(index) {
                let is_main = thread == this_process();
                if !exists(thread) || is_main && main_has_ended() {
                    round.has_ended(index);
                } else {
                    is_any_missing = true;
                }
            }
        }
        is_any_missing
    }

    /// A part of C's heap that a thread uses as its stack is at most so long, in bytes.
    const STACK_IN_HEAP: usize = 1 << 18;

    /// Adds the stack of one thread, and its saved registers if they are elsewhere; `false` if it is not known.
    fn add(stopped: &Stopped, mappings: &Mappings, stacks: &mut PageBuffer<Stack>) -> bool {
        let Some(mapping) = mappings.containing(stopped.stack) else {
            return false;
        };
        let Mapping {
            start,
            end,
            content,
        } = mapping;
        let has_frame = (start..stopped.stack).contains(&stopped.frame) && stopped.frame_end == 0;
        let mut stack = Stack {
            unused: start,
            start: if has_frame {
                stopped.frame
            } else {
                stopped.stack
            },
            end,
        };
        if content == Content::Heap {
            // Some other code has put a stack there; the system does not say how long it is.
            stack.unused = stack.start;
            stack.end = end.min(stopped.stack + STACK_IN_HEAP);
        }
        // The next mapping may have become one with the stack's.
        if let Some(above) = ABOVE_THREAD_POINTER
            && (stopped.stack..end).contains(&stopped.thread_pointer)
        {
            stack.end = end.min(stopped.thread_pointer.next_multiple_of(4096) + above);
        }
        // An address within the profiler's own pages is not a stack's.
        let own = mappings.own();
        let next = own.partition_point(|(start, _)| *start < stack.start);
        if let Some((own, _)) = own.get(next) {
            stack.end = stack.end.min(*own);
        }
        if let Some((_, own_end)) = next.checked_sub(1).and_then(|i| own.get(i)) {
            stack.unused = stack.unused.max((*own_end).min(stack.start));
        }
        let frame = Stack {
            unused: stopped.frame,
            start: stopped.frame,
            end: stopped.frame_end,
        };
        let is_apart = stopped.frame_end > stopped.frame && !(start..end).contains(&stopped.frame);
        stacks.push(stack) && (!is_apart || stacks.push(frame))
    }
}

#[cfg(not(all(
    target_os = "linux",
    target_pointer_width = "64",
    any(target_arch = "x86_64", target_arch = "aarch64"),
    not(miri)
)))]
mod imp {
    use super::{Cannot, Duration, Mappings, PageBuffer, Stack};

    /// The other threads of the process, none of which this system can park.
    pub(in crate::memory) struct Parked(());

    /// Parks nothing: this system cannot, or must not be asked.
    pub(in crate::memory) fn park_others(_timeout: Duration) -> Parked {
        Parked(())
    }

    impl Parked {
        /// Returns the cause why no thread was parked, if so.
        pub(in crate::memory) fn cannot(&self) -> Option<Cannot> {
            Some(Cannot::System)
        }

        /// Returns how many threads were asked to park, without those that have ended.
        pub(in crate::memory) fn asked(&self) -> usize {
            0
        }

        /// Returns how many threads are parked.
        pub(in crate::memory) fn parked(&self) -> usize {
            0
        }

        /// Returns true if no other thread of the process runs.
        pub(in crate::memory) fn all(&self) -> bool {
            false
        }

        /// Returns zero: it is not known.
        pub(in crate::memory) fn thread_pointer(&self) -> usize {
            0
        }

        /// Returns the registers that the calling thread has saved nowhere else.
        pub(in crate::memory) fn registers(&self) -> &[usize] {
            &[]
        }

        /// Returns false: no stack is known.
        pub(in crate::memory) fn stacks(
            &self,
            _mappings: &Mappings,
            stacks: &mut PageBuffer<Stack>,
        ) -> bool {
            stacks.clear();
            false
        }
    }
}

#[cfg(test)]
mod tests;
