//! SIGINT and SIGTERM while a pipeline runs: the first one stops it, the second one ends the process.
//!
//! A [`SignalScope`] is open while a pipeline runs that wants to end in order. Signals belong to the
//! process, so scopes are counted: the first one to open saves the dispositions of the two signals
//! and installs a handler, the last one to close puts back exactly what was there and clears the
//! record. A signal that is ignored when the first scope opens (`nohup` does that) stays ignored.
//!
//! The handler only stores the number of the first signal in an atomic. A second signal, of either kind, while any
//! scope is open restores the default disposition and raises the signal again, so that a pipeline that hangs ends as
//! its user expects, with the right exit status. System calls that the first signal interrupts are restarted.
//!
//! This talks to `libc` itself because `signal-hook` cannot restore a disposition: it keeps its
//! handler for the life of the process, and a Ctrl-C after the run would do nothing.
//!
//! On systems other than Unix, and under Miri, which has no signals, a scope does nothing and nothing is ever
//! received.

#![cfg_attr(
    all(unix, not(miri)),
    expect(unsafe_code, reason = "`sigaction` and `raise` are calls into C")
)]

use std::fmt;

/// One of the two signals that ask a program to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Signal {
    /// SIGINT, as Ctrl-C sends it.
    Interrupt,
    /// SIGTERM, as `kill` and service managers send it.
    Terminate,
}

impl Signal {
    /// Returns the number that POSIX gives the signal; a shell reports a death by it as 128 more.
    #[must_use]
    pub const fn number(self) -> i32 {
        match self {
            Self::Interrupt => 2,
            Self::Terminate => 15,
        }
    }

    #[cfg(all(unix, not(miri)))]
    const ALL: [Self; 2] = [Self::Interrupt, Self::Terminate];
}

impl fmt::Display for Signal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Interrupt => "SIGINT",
            Self::Terminate => "SIGTERM",
        })
    }
}

/// While one of these lives, SIGINT and SIGTERM are recorded; see the [module](self).
///
/// ```
/// use sgn::scheduler::signals::SignalScope;
///
/// let scope = SignalScope::enter();
/// while SignalScope::received().is_none() {
///     // one stride
/// #   break;
/// }
/// drop(scope); // from here on, Ctrl-C does what it did before
/// ```
#[derive(Debug)]
#[must_use = "the scope closes when it is dropped"]
pub struct SignalScope {
    _only_from_enter: (),
}

impl SignalScope {
    /// Opens a scope; it may overlap any other, on any thread.
    ///
    /// A program that changes the disposition of the two signals while a scope is open loses
    /// that change when the last one closes.
    pub fn enter() -> Self {
        system::enter();
        Self {
            _only_from_enter: (),
        }
    }

    /// Returns the first signal since the first of the open scopes was entered; none if no scope is open.
    ///
    /// One atomic load. A scope that opens while another one is about to end because of a signal sees that signal too:
    /// the signal is for the process.
    #[must_use]
    pub fn received() -> Option<Signal> {
        system::received()
    }

    /// Raises the signal that was received, with the disposition that the scopes have saved.
    ///
    /// For a program that ends in order and then by the signal, so that a shell or a service manager sees the cause.
    /// Returns if nothing was received, or if the saved disposition lets the process live; scopes go on as before then.
    ///
    /// ```no_run
    /// use sgn::scheduler::signals::{Signal, SignalScope};
    ///
    /// let scope = SignalScope::enter();
    /// // ... until a signal comes
    /// if SignalScope::received() == Some(Signal::Terminate) {
    ///     // tidy up, then die as the sender expects
    ///     scope.raise_received();
    /// }
    /// ```
    pub fn raise_received(&self) {
        system::raise_received();
    }
}

/// Returns true if [`SignalScope::received`] returns a signal.
#[inline]
pub(super) fn is_received() -> bool {
    system::is_received()
}

/// Returns true for the first caller after a signal was received, which has to report it.
///
/// All runs of the process get the same signal, and only one of them reports it.
pub(super) fn is_first_to_tell() -> bool {
    system::is_first_to_tell()
}

impl Drop for SignalScope {
    fn drop(&mut self) {
        system::leave();
    }
}

#[cfg(all(unix, not(miri)))]
mod system {
    use std::mem;
    use std::ptr;
    use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};

    use libc::{c_int, sigaction};
    use parking_lot::Mutex;

    use super::Signal;

    const _: () = assert!(
        Signal::Interrupt.number() == libc::SIGINT && Signal::Terminate.number() == libc::SIGTERM
    );

    const NONE: c_int = 0;

    // The only value that the handler shares with the rest. Relaxed is enough, as the number is the only value passed
    // on.
    static RECEIVED: AtomicI32 = AtomicI32::new(NONE);

    // True if that signal was reported. The handler does not read it.
    static TOLD: AtomicBool = AtomicBool::new(false);

    // Never locked by the handler.
    static OPEN: Mutex<Open> = Mutex::new(Open {
        scopes: 0,
        saved: [None; Signal::ALL.len()],
    });

    struct Open {
        scopes: usize,
        /// By position in `Signal::ALL`; none where the signal was ignored, and stays so.
        saved: [Option<sigaction>; Signal::ALL.len()],
    }

    pub(super) fn enter() {
        let mut open = OPEN.lock();
        if open.scopes == 0 {
            RECEIVED.store(NONE, Ordering::Relaxed);
            TOLD.store(false, Ordering::Relaxed);
            open.saved = Signal::ALL.map(install);
        }
        open.scopes += 1;
    }

    pub(super) fn leave() {
        let mut open = OPEN.lock();
        open.scopes -= 1;
        if open.scopes == 0 {
            for (signal, saved) in Signal::ALL.into_iter().zip(mem::take(&mut open.saved)) {
                if let Some(saved) = saved {
                    set(signal.number(), &saved);
                }
            }
            RECEIVED.store(NONE, Ordering::Relaxed);
        }
    }

    #[inline]
    pub(super) fn is_received() -> bool {
        RECEIVED.load(Ordering::Relaxed) != NONE
    }

    pub(super) fn received() -> Option<Signal> {
        let number = RECEIVED.load(Ordering::Relaxed);
        Signal::ALL
            .into_iter()
            .find(|signal| signal.number() == number)
    }

    pub(super) fn is_first_to_tell() -> bool {
        !TOLD.swap(true, Ordering::Relaxed)
    }

    pub(super) fn raise_received() {
        let open = OPEN.lock();
        let Some(signal) = received() else { return };
        let saved = Signal::ALL.into_iter().zip(open.saved);
        for (_, saved) in saved.filter(|(candidate, _)| *candidate == signal) {
            if let Some(saved) = saved {
                set(signal.number(), &saved);
                raise(signal.number());
                set(signal.number(), &ours());
            }
        }
    }

    /// Installs our handler unless the signal is ignored; returns what was there before.
    fn install(signal: Signal) -> Option<sigaction> {
        let before = get(signal.number())?;
        if before.sa_sigaction == libc::SIG_IGN {
            return None;
        }
        set(signal.number(), &ours());
        Some(before)
    }

    extern "C" fn on_signal(number: c_int) {
        let first = RECEIVED.compare_exchange(NONE, number, Ordering::Relaxed, Ordering::Relaxed);
        if first.is_err() {
            // The signal is blocked until this returns, and is delivered then.
            set(number, &default());
            raise(number);
        }
    }

    /// Returns the disposition with our handler.
    fn ours() -> sigaction {
        let mut action = default();
        let handler: extern "C" fn(c_int) = on_signal;
        action.sa_sigaction = handler as usize;
        // a program may have given its threads small stacks and another one for signals
        action.sa_flags = libc::SA_RESTART | libc::SA_ONSTACK;
        action
    }

    /// Returns the default disposition, with no flag and no signal in the mask; async-signal-safe.
    fn default() -> sigaction {
        // SAFETY: `sigaction` is a C structure of integers and an optional function pointer, for
        // all of which zero is a valid value.
        let mut action: sigaction = unsafe { mem::zeroed() };
        // SAFETY: the pointer is that of a field of a local that lives through the call. The call
        // only writes to that field, and POSIX lists it as async-signal-safe.
        unsafe { libc::sigemptyset(&raw mut action.sa_mask) };
        action.sa_sigaction = libc::SIG_DFL;
        action
    }

    /// Returns the disposition of a signal; none if the system refuses, which it does for bad numbers only.
    fn get(number: c_int) -> Option<sigaction> {
        let mut action = default();
        // SAFETY: the new disposition is null, which asks for the old one only, and the pointer for
        // that is to a local of the right type that lives through the call.
        let status = unsafe { libc::sigaction(number, ptr::null(), &raw mut action) };
        (status == 0).then_some(action)
    }

    /// Sets the disposition of a signal; async-signal-safe.
    fn set(number: c_int, action: &sigaction) {
        // SAFETY: `action` is a reference to a whole structure, whose handler is the default, what
        // the system itself returned, or `on_signal`; the latter does nothing but atomic
        // operations and calls that POSIX lists as async-signal-safe, as this one is. The pointer
        // for the old disposition may be null.
        unsafe { libc::sigaction(number, ptr::from_ref(action), ptr::null_mut()) };
    }

    /// Sends a signal to the calling thread; async-signal-safe.
    fn raise(number: c_int) {
        // SAFETY: `raise` takes any number and touches no memory of ours. What a handler does that
        // it runs is the obligation of whoever installed the handler.
        unsafe { libc::raise(number) };
    }
}

#[cfg(any(not(unix), miri))]
mod system {
    use super::Signal;

    pub(super) fn enter() {}

    pub(super) fn leave() {}

    pub(super) fn is_received() -> bool {
        false
    }

    pub(super) fn received() -> Option<Signal> {
        None
    }

    pub(super) fn is_first_to_tell() -> bool {
        true
    }

    pub(super) fn raise_received() {}
}
