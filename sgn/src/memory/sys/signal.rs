//! The signal that parks a thread, and what the thread does when it arrives.
//!
//! The signal is one of the real-time signals that the process does not use. Its handler stays installed once it is:
//! the signal may arrive late, and without a handler it would end the process. Outside of a round the handler returns
//! at once. It uses atomics and a futex and nothing else, so it may interrupt a thread anywhere.
//!
//! A *round* is the time from the first signal to the release of all threads; an odd number stands for one.

#![expect(unsafe_code, reason = "handles a signal, and waits by a futex")]

use std::ffi::{c_int, c_long, c_void};
use std::mem::MaybeUninit;
use std::ptr;
use std::sync::atomic::{
    AtomicBool, AtomicI32, AtomicPtr, AtomicU32, AtomicUsize,
    Ordering::{AcqRel, Acquire, Relaxed, Release},
};

use super::registers::{RED_ZONE, stack_pointer_of, thread_pointer};

/// The greatest number of threads that one round can ask.
const ROOM: usize = 16_384;

/// The threads that were asked in this round.
static THREADS: [AtomicI32; ROOM] = [const { AtomicI32::new(0) }; ROOM];
/// The answer of each: the mark of the round while there is none, and null for a thread that has ended.
static ANSWERS: [AtomicPtr<Stopped>; ROOM] = [const { AtomicPtr::new(ptr::null_mut()) }; ROOM];
static ASKED: AtomicUsize = AtomicUsize::new(0);
static ANSWERED: AtomicU32 = AtomicU32::new(0);
/// Threads wait while this is the number of their round.
static ROUND: AtomicU32 = AtomicU32::new(0);
/// A thread had not answered when the last round ended.
static IS_MISSING: AtomicBool = AtomicBool::new(false);
/// The number of the signal; zero while none is chosen.
static SIGNAL: AtomicI32 = AtomicI32::new(0);

/// The place at which a thread was interrupted. It is on the thread's own stack, and exists until the thread goes on.
pub(super) struct Stopped {
    /// The first address of the stack that is in use, beyond what the thread may use below its stack pointer.
    pub(super) stack: usize,
    /// The registers that the system has saved, with the frame around them: on the same stack below `stack`, or on the
    /// thread's alternate stack.
    pub(super) frame: usize,
    /// The end of the alternate stack if the frame is on one, otherwise zero.
    pub(super) frame_end: usize,
    /// The thread pointer, by which the thread's own variables are found.
    pub(super) thread_pointer: usize,
}

/// The answer of a thread.
pub(super) enum Answer<'round> {
    Missing,
    Ended,
    Stopped(&'round Stopped),
}

/// The threads asked in one round, by the one thread that asks. Dropping it lets them go on.
pub(super) struct Round {
    number: u32,
    is_after_missing: bool,
}

impl Round {
    /// Begins a round. There is only one at a time: the caller has a lock.
    pub(super) fn begin() -> Self {
        // It is odd already in a child that was forked during a round.
        let number = ROUND.load(Relaxed).wrapping_add(1) | 1;
        ASKED.store(0, Relaxed);
        ANSWERED.store(0, Relaxed);
        ROUND.store(number, Release);
        Self {
            number,
            is_after_missing: IS_MISSING.load(Relaxed),
        }
    }

    /// Returns true if a thread has not answered in the round before, so that the signal may still be pending.
    pub(super) fn is_after_missing(&self) -> bool {
        self.is_after_missing
    }

    /// Returns how many threads were asked.
    pub(super) fn asked(&self) -> usize {
        ASKED.load(Relaxed)
    }

    /// Returns the number of a thread that was asked, and its answer.
    pub(super) fn answer(&self, index: usize) -> Option<(i32, Answer<'_>)> {
        // What is further up is from an earlier round.
        if index >= self.asked() {
            return None;
        }
        let (thread, answer) = THREADS.get(index).zip(ANSWERS.get(index))?;
        let thread = thread.load(Relaxed);
        let answer = answer.load(Acquire);
        if answer == mark(self.number) {
            return Some((thread, Answer::Missing));
        }
        // SAFETY: the pointer is null, or that of a thread which waits until this round is dropped.
        let stopped = unsafe { answer.as_ref() };
        Some((thread, stopped.map_or(Answer::Ended, Answer::Stopped)))
    }

    /// Asks a thread to stop and returns its index; `None` if the system refuses.
    ///
    /// If the thread had ended, it is asked as the new one that has its number now.
    /// If it `has_signal` already, it is not sent another one.
    pub(super) fn ask(
        &self,
        signal: c_int,
        thread: i32,
        again: Option<usize>,
        has_signal: bool,
    ) -> Option<usize> {
        let index = again.unwrap_or(ASKED.load(Relaxed));
        THREADS.get(index)?.store(thread, Relaxed);
        ANSWERS.get(index)?.store(mark(self.number), Relaxed);
        if again.is_none() {
            ASKED.store(index + 1, Release);
        }
        if has_signal || send(thread, signal) {
            return Some(index);
        }
        if !exists(thread) {
            self.has_ended(index);
            return Some(index);
        }
        if again.is_none() {
            ASKED.store(index, Release);
        } else {
            self.has_ended(index);
        }
        None
    }

    /// Notes that a thread has ended without an answer.
    pub(super) fn has_ended(&self, index: usize) {
        if let Some(answer) = ANSWERS.get(index) {
            let missing = mark(self.number);
            let _ = answer.compare_exchange(missing, ptr::null_mut(), Relaxed, Relaxed);
        }
    }

    /// Waits a millisecond, or until one more thread than `known` has answered. Returns how many have.
    pub(super) fn wait(&self, known: u32) -> u32 {
        futex_wait(&ANSWERED, known, true);
        ANSWERED.load(Acquire)
    }
}

impl Drop for Round {
    fn drop(&mut self) {
        let mut answers = (0..self.asked()).filter_map(|index| self.answer(index));
        let is_missing = answers.any(|(_, answer)| matches!(answer, Answer::Missing));
        IS_MISSING.store(is_missing, Relaxed);
        ROUND.store(self.number.wrapping_add(1), Release);
        futex_wake(&ROUND);
    }
}

/// Returns what stands for a thread that has not answered yet: no address, as no address is so high.
fn mark(round: u32) -> *mut Stopped {
    ptr::without_provenance_mut(1 << 63 | round as usize)
}

/// Returns the signal, and chooses one and installs its handler before the first call; `None` if there is none.
pub(super) fn signal() -> Option<c_int> {
    let known = SIGNAL.load(Relaxed);
    if known != 0 && disposition(known) == Some(handler()) {
        return Some(known);
    }
    // The last one belongs to valgrind, and the first ones to whoever takes the next best.
    let candidates = || (libc::SIGRTMIN()..libc::SIGRTMAX()).rev();
    for unused in [libc::SIG_DFL, libc::SIG_IGN] {
        if let Some(signal) = candidates().find(|signal| install(*signal, unused)) {
            SIGNAL.store(signal, Relaxed);
            return Some(signal);
        }
    }
    None
}

fn handler() -> usize {
    stop as extern "C" fn(c_int, *mut libc::siginfo_t, *mut c_void) as usize
}

fn disposition(signal: c_int) -> Option<usize> {
    let mut now = MaybeUninit::<libc::sigaction>::zeroed();
    // SAFETY: `now` receives the disposition, and nothing is changed.
    let answer = unsafe { libc::sigaction(signal, ptr::null(), now.as_mut_ptr()) };
    // SAFETY: all-zero bytes are valid, too.
    let now = unsafe { now.assume_init() };
    (answer == 0).then_some(now.sa_sigaction)
}

/// Installs the handler if the disposition is `unused`.
fn install(signal: c_int, unused: usize) -> bool {
    if disposition(signal) != Some(unused) {
        return false;
    }
    let mut fresh = MaybeUninit::<libc::sigaction>::zeroed();
    let mut before = MaybeUninit::<libc::sigaction>::zeroed();
    // SAFETY: all-zero bytes are valid.
    let fresh = unsafe { fresh.assume_init_mut() };
    fresh.sa_sigaction = handler();
    fresh.sa_flags = libc::SA_SIGINFO | libc::SA_RESTART | libc::SA_ONSTACK;
    // No other handler may run while a thread is stopped. Faults are not held back: there are none.
    // SAFETY: `sa_mask` is ours.
    unsafe { libc::sigfillset(&raw mut fresh.sa_mask) };
    // SAFETY: the handler may be called on any thread at any time.
    let answer = unsafe { libc::sigaction(signal, fresh, before.as_mut_ptr()) };
    // SAFETY: all-zero bytes are valid, too.
    let before = unsafe { before.assume_init_ref() };
    if answer == 0 && before.sa_sigaction != unused {
        // Someone was faster.
        // SAFETY: restores what was there.
        unsafe { libc::sigaction(signal, before, ptr::null_mut()) };
        return false;
    }
    answer == 0
}

/// The handler: answers if this thread is asked in this round, and waits for the end of the round.
extern "C" fn stop(_: c_int, _: *mut libc::siginfo_t, context: *mut c_void) {
    let round = ROUND.load(Acquire);
    if round.is_multiple_of(2) {
        return;
    }
    let thread = this_thread();
    let mut asked = THREADS.iter().zip(&ANSWERS).take(ASKED.load(Acquire));
    let Some((_, answer)) = asked.find(|(asked, _)| asked.load(Relaxed) == thread) else {
        return;
    };
    // SAFETY: the system gives the handler the context of the interruption.
    let context = unsafe { &*context.cast::<libc::ucontext_t>() };
    let frame = ptr::from_ref(context).addr();
    let alternate = context.uc_stack.ss_sp.addr();
    let alternate_end = alternate + context.uc_stack.ss_size;
    let is_alternate = (alternate..alternate_end).contains(&frame);
    let stopped = Stopped {
        stack: stack_pointer_of(context) - RED_ZONE,
        frame,
        frame_end: if is_alternate { alternate_end } else { 0 },
        thread_pointer: thread_pointer(),
    };
    let stopped = ptr::from_ref(&stopped).cast_mut();
    if answer
        .compare_exchange(mark(round), stopped, AcqRel, Relaxed)
        .is_err()
    {
        return;
    }
    // SAFETY: returns the place of this thread's number.
    let error = unsafe { libc::__errno_location() };
    // SAFETY: the place exists while the thread does.
    let before = unsafe { error.read() };
    ANSWERED.fetch_add(1, Release);
    futex_wake(&ANSWERED);
    while ROUND.load(Acquire) == round {
        futex_wait(&ROUND, round, false);
    }
    // SAFETY: as above.
    unsafe { error.write(before) };
}

/// Returns the number of the calling thread.
pub(super) fn this_thread() -> i32 {
    // SAFETY: returns a number and has no effect.
    let thread = unsafe { libc::syscall(libc::SYS_gettid) };
    i32::try_from(thread).unwrap_or_default()
}

/// Returns the number of the process.
pub(super) fn this_process() -> i32 {
    // SAFETY: returns a number and has no effect.
    unsafe { libc::getpid() }
}

fn send(thread: i32, signal: c_int) -> bool {
    let process = c_long::from(this_process());
    // SAFETY: the signal goes to a thread of this process, which has a handler for it, or is zero.
    unsafe {
        libc::syscall(
            libc::SYS_tgkill,
            process,
            c_long::from(thread),
            c_long::from(signal),
        ) == 0
    }
}

/// Returns true if a thread of this number exists, or if the system does not say.
pub(super) fn exists(thread: i32) -> bool {
    if send(thread, 0) {
        return true;
    }
    // SAFETY: returns the place of this thread's number.
    let error = unsafe { libc::__errno_location() };
    // SAFETY: the place exists while the thread does.
    let error = unsafe { error.read() };
    error != libc::ESRCH
}

/// Waits while the number is `while_it_is`, at most a millisecond if `briefly`; it may return early.
fn futex_wait(number: &AtomicU32, while_it_is: u32, briefly: bool) {
    let millisecond = libc::timespec {
        tv_sec: 0,
        tv_nsec: 1_000_000,
    };
    let limit = if briefly {
        &raw const millisecond
    } else {
        ptr::null()
    };
    let what = libc::FUTEX_WAIT | libc::FUTEX_PRIVATE_FLAG;
    // SAFETY: the number is a static.
    unsafe { libc::syscall(libc::SYS_futex, number.as_ptr(), what, while_it_is, limit) };
}

/// Wakes all threads that wait for a change of the number.
fn futex_wake(number: &AtomicU32) {
    let what = libc::FUTEX_WAKE | libc::FUTEX_PRIVATE_FLAG;
    // SAFETY: the number is a static.
    unsafe { libc::syscall(libc::SYS_futex, number.as_ptr(), what, i32::MAX) };
}
