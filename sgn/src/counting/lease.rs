//! The mode of counting while runs last, and while elements with budgets exist.
//!
//! There is one mode in a process, and several may request different ones at a time.

use parking_lot::Mutex;

use crate::error::{Error, ErrorKind, Result};
use crate::memory::{self, Mode, Sampling};

/// The modes that are requested now.
struct Requests {
    counted: usize,
    sampled: usize,
    off: usize,
    /// The sampling of the latest request for samples.
    sampling: Sampling,
    /// The mode before the first request.
    before: Mode,
    /// True if a request changed the mode, so that the end of the last one restores it.
    changed: bool,
}

static REQUESTS: Mutex<Requests> = Mutex::new(Requests {
    counted: 0,
    sampled: 0,
    off: 0,
    sampling: Sampling::every(1),
    before: Mode::Off,
    changed: false,
});

/// The request of one run or element for a mode, until it is dropped.
///
/// While anyone requests counts, blocks are counted; otherwise, while anyone requests samples, they are sampled. The
/// end of the last request restores the mode from before the first.
#[derive(Debug)]
#[must_use = "the request ends when it is dropped"]
pub(crate) struct ModeLease {
    mode: Mode,
}

impl ModeLease {
    /// Requests that mode.
    ///
    /// # Errors
    ///
    /// The operating system refuses the memory for the profiler's tables.
    pub(crate) fn new(mode: Mode) -> Result<Self> {
        let mut requests = REQUESTS.lock();
        if requests.are_none() {
            requests.before = memory::mode();
            requests.changed = false;
        }
        *requests.of(mode) += 1;
        if let Mode::Sampled(sampling) = mode {
            requests.sampling = sampling;
        }
        let lease = Self { mode };
        let refused = !requests.apply();
        drop(requests);
        if refused {
            return Err(Error::new(
                ErrorKind::Profiler,
                "the system refuses the memory for the profiler's tables",
            ));
        }
        Ok(lease)
    }
}

impl Drop for ModeLease {
    fn drop(&mut self) {
        let mut requests = REQUESTS.lock();
        *requests.of(self.mode) -= 1;
        // A refusal needs no error here: tables that were once there stay, and without tables nothing was switched on.
        let _ = requests.apply();
    }
}

impl Requests {
    fn of(&mut self, mode: Mode) -> &mut usize {
        match mode {
            Mode::Off => &mut self.off,
            Mode::Counted => &mut self.counted,
            Mode::Sampled(_) => &mut self.sampled,
        }
    }

    fn are_none(&self) -> bool {
        self.counted + self.sampled + self.off == 0
    }

    /// Sets the mode by the requests; returns false if the profiler's tables cannot be had.
    fn apply(&mut self) -> bool {
        let wanted = if self.are_none() {
            if !self.changed {
                return true;
            }
            self.before
        } else if self.counted > 0 {
            Mode::Counted
        } else if self.sampled > 0 {
            Mode::Sampled(self.sampling)
        } else {
            Mode::Off
        };
        if memory::mode() == wanted {
            return true;
        }
        self.changed = true;
        match wanted {
            Mode::Counted => memory::enable(),
            Mode::Sampled(sampling) => memory::enable_sampled(sampling),
            Mode::Off => {
                memory::disable();
                true
            }
        }
    }
}
