//! A signal scope records what comes and leaves the process as it found it.
#![cfg(unix)]
#![expect(unsafe_code, reason = "signals are sent and handled by calls into C")]

use std::mem;
use std::ptr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::thread;

use libc::{SIGINT, SIGTERM, c_int, sigaction};
use parking_lot::Mutex;
use sgn::scheduler::signals::{Signal, SignalScope};

/// Dispositions belong to the process, so one test runs at a time.
static ALONE: Mutex<()> = Mutex::new(());

static CALLS: AtomicUsize = AtomicUsize::new(0);

extern "C" fn count(_: c_int) {
    CALLS.fetch_add(1, Ordering::Relaxed);
}

/// Sends a signal to this thread; it was handled when this returns.
fn raise(signal: c_int) {
    // SAFETY: `raise` touches no memory, and every test has seen to it that the signal is handled or
    // ignored.
    let status = unsafe { libc::raise(signal) };
    assert_eq!(status, 0);
}

fn disposition(signal: c_int) -> sigaction {
    // SAFETY: zero is a valid value of every field of this C structure.
    let mut action: sigaction = unsafe { mem::zeroed() };
    // SAFETY: null asks for the present disposition, written to a local that lives long enough.
    let status = unsafe { libc::sigaction(signal, ptr::null(), &raw mut action) };
    assert_eq!(status, 0);
    action
}

/// Puts a disposition in place for the length of a test.
struct Disposed {
    signal: c_int,
    before: sigaction,
}

impl Disposed {
    fn to(signal: c_int, handler: usize) -> Self {
        let before = disposition(signal);
        let mut action = before;
        action.sa_sigaction = handler;
        // flags and a mask that a scope would not choose itself
        action.sa_flags = libc::SA_NODEFER;
        // SAFETY: the mask is part of a local, and SIGUSR1 is a valid signal.
        unsafe { libc::sigaddset(&raw mut action.sa_mask, libc::SIGUSR1) };
        set(signal, &action);
        Self { signal, before }
    }
}

impl Drop for Disposed {
    fn drop(&mut self) {
        set(self.signal, &self.before);
    }
}

fn set(signal: c_int, action: &sigaction) {
    // SAFETY: the structure is whole, and its handler is one that the system gave out, SIG_IGN, or
    // `count`, which only adds to an atomic.
    let status = unsafe { libc::sigaction(signal, ptr::from_ref(action), ptr::null_mut()) };
    assert_eq!(status, 0);
}

fn counting(signal: c_int) -> Disposed {
    let handler: extern "C" fn(c_int) = count;
    Disposed::to(signal, handler as usize)
}

fn calls() -> usize {
    CALLS.swap(0, Ordering::Relaxed)
}

/// Handler, flags and whether SIGUSR1 and SIGTERM are in the mask.
fn shape(action: &sigaction) -> (usize, c_int, c_int, c_int) {
    // SAFETY: the mask is initialised, and the number is valid.
    let user = unsafe { libc::sigismember(&raw const action.sa_mask, libc::SIGUSR1) };
    // SAFETY: as above.
    let terminate = unsafe { libc::sigismember(&raw const action.sa_mask, SIGTERM) };
    (action.sa_sigaction, action.sa_flags, user, terminate)
}

#[test]
fn the_first_signal_is_recorded_and_the_end_of_the_scope_clears_it() {
    let _alone = ALONE.lock();
    for (number, signal) in [(SIGINT, Signal::Interrupt), (SIGTERM, Signal::Terminate)] {
        let _disposed = counting(number);
        assert_eq!(SignalScope::received(), None);
        let scope = SignalScope::enter();
        assert_eq!(SignalScope::received(), None);
        raise(number);
        assert_eq!(SignalScope::received(), Some(signal));
        drop(scope);
        assert_eq!(SignalScope::received(), None);
        assert_eq!(calls(), 0);

        let _next = SignalScope::enter();
        assert_eq!(SignalScope::received(), None);
    }
}

#[test]
fn dispositions_are_restored_exactly() {
    let _alone = ALONE.lock();
    let _interrupt = counting(SIGINT);
    let _terminate = counting(SIGTERM);
    let before = [SIGINT, SIGTERM].map(|signal| shape(&disposition(signal)));
    assert_eq!((before[0].2, before[0].3), (1, 0));

    let scope = SignalScope::enter();
    let inside = [SIGINT, SIGTERM].map(|signal| shape(&disposition(signal)));
    assert!(inside[0].0 != before[0].0 && inside[1].0 != before[1].0);
    drop(scope);

    let after = [SIGINT, SIGTERM].map(|signal| shape(&disposition(signal)));
    assert_eq!(after, before);
    raise(SIGINT);
    raise(SIGTERM);
    assert_eq!(calls(), 2);
}

#[test]
fn the_last_of_overlapping_scopes_restores() {
    let _alone = ALONE.lock();
    let _disposed = counting(SIGINT);
    let outer = SignalScope::enter();
    let (entered, wait_entered) = channel();
    let (leave, wait_leave) = channel::<()>();
    let other = thread::Builder::new()
        .spawn(move || {
            let scope = SignalScope::enter();
            entered.send(()).unwrap();
            // an error means that the test has failed already
            let _ = wait_leave.recv();
            drop(scope);
        })
        .unwrap();
    wait_entered.recv().unwrap();

    // the one that saved the dispositions goes first
    drop(outer);
    raise(SIGINT);
    assert_eq!(calls(), 0);
    assert_eq!(SignalScope::received(), Some(Signal::Interrupt));

    leave.send(()).unwrap();
    other.join().unwrap();
    assert_eq!(SignalScope::received(), None);
    raise(SIGINT);
    assert_eq!(calls(), 1);
}

#[test]
fn an_ignored_signal_is_left_alone() {
    let _alone = ALONE.lock();
    let _interrupt = counting(SIGINT);
    let _terminate = Disposed::to(SIGTERM, libc::SIG_IGN);
    let before = shape(&disposition(SIGTERM));
    let scope = SignalScope::enter();
    raise(SIGTERM);
    assert_eq!(SignalScope::received(), None);
    assert_eq!(shape(&disposition(SIGTERM)), before);
    raise(SIGINT);
    assert_eq!(SignalScope::received(), Some(Signal::Interrupt));
    drop(scope);
    assert_eq!(shape(&disposition(SIGTERM)), before);
}

#[test]
fn raise_received_runs_what_was_there_before() {
    let _alone = ALONE.lock();
    let _disposed = counting(SIGTERM);
    let scope = SignalScope::enter();
    scope.raise_received();
    assert_eq!(calls(), 0);

    let inside = shape(&disposition(SIGTERM));
    raise(SIGTERM);
    scope.raise_received();
    assert_eq!(calls(), 1);
    assert_eq!(SignalScope::received(), Some(Signal::Terminate));
    assert_eq!(shape(&disposition(SIGTERM)), inside);
}

#[test]
fn signals_have_the_names_that_people_know() {
    assert_eq!(Signal::Interrupt.to_string(), "SIGINT");
    assert_eq!(Signal::Terminate.to_string(), "SIGTERM");
}
