//! The causes why threads cannot be parked.

use std::fmt;

/// The cause why no thread was parked; displays as a sentence without a full stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    not(all(
        target_os = "linux",
        target_pointer_width = "64",
        any(target_arch = "x86_64", target_arch = "aarch64"),
        not(miri)
    )),
    expect(dead_code, reason = "for systems that can park threads")
)]
pub(crate) enum Cannot {
    /// This system has no way to do so.
    #[cfg_attr(
        all(
            target_os = "linux",
            target_pointer_width = "64",
            any(target_arch = "x86_64", target_arch = "aarch64"),
            not(any(miri, test))
        ),
        expect(dead_code, reason = "for other systems")
    )]
    System,
    /// Another thread parks the others at this moment.
    Busy,
    /// Every real-time signal is in use.
    Signal,
    /// The threads of the process cannot be listed: `/proc` is missing or forbidden.
    List,
    /// The system forbids to send a signal to a thread.
    Send,
}

impl fmt::Display for Cannot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::System => "this system has no way to do so",
            Self::Busy => "another thread stops the others at this moment",
            Self::Signal => "every real-time signal is in use",
            Self::List => "`/proc/self/task` cannot be read",
            Self::Send => "the system forbids sending signals to threads",
        })
    }
}
