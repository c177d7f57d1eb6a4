//! Signals that ask the program to end.

use std::io;
#[cfg(unix)]
use std::sync::Arc;
#[cfg(unix)]
use std::sync::atomic::{AtomicUsize, Ordering};

/// The signals that ask the program to end, so that it can leave the terminal before it does.
#[cfg(unix)]
#[derive(Debug)]
pub(super) struct Signals {
    /// The number of the last one; 0 if there was none.
    last: Arc<AtomicUsize>,
}

#[cfg(unix)]
impl Signals {
    // Not SIGHUP: it says that the terminal is gone, and then there is nothing to leave. To wait for a key would last for
    // ever.
    const CAUGHT: [i32; 3] = [libc::SIGTERM, libc::SIGINT, libc::SIGQUIT];

    pub(super) fn catch() -> io::Result<Self> {
        let last = Arc::new(AtomicUsize::new(0));
        for signal in Self::CAUGHT {
            let number = usize::try_from(signal).unwrap_or_default();
            signal_hook::flag::register_usize(signal, Arc::clone(&last), number)?;
        }
        Ok(Self { last })
    }

    pub(super) fn is_any(&self) -> bool {
        self.last.load(Ordering::SeqCst) != 0
    }

    /// Ends the process as the signal would have, if there was one.
    pub(super) fn obey(&self) -> io::Result<()> {
        match i32::try_from(self.last.load(Ordering::SeqCst)) {
            Ok(0) | Err(_) => Ok(()),
            Ok(signal) => signal_hook::low_level::emulate_default_handler(signal),
        }
    }
}

/// Nothing, where there are no signals.
#[cfg(not(unix))]
#[derive(Debug)]
pub(super) struct Signals;

#[cfg(not(unix))]
impl Signals {
    pub(super) fn catch() -> io::Result<Self> {
        Ok(Self)
    }

    pub(super) fn is_any(&self) -> bool {
        false
    }

    pub(super) fn obey(&self) -> io::Result<()> {
        Ok(())
    }
}
