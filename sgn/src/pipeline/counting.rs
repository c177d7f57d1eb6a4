//! Which runs want their memory counted or sampled, as the switch is the process's.

use parking_lot::Mutex;

use crate::error::{Error, ErrorKind, Result};
use crate::memory::{self, Mode, Sampling};
use crate::scheduler::MemoryReport;

/// What the runs want that are going on.
struct Wishes {
    counted: usize,
    sampled: usize,
    off: usize,
    /// What the last one said that wanted samples.
    sampling: Sampling,
    /// What was done before the first of them.
    before: Mode,
    /// Whether any of them switched, so that the last one has to switch back.
    switched: bool,
}

static WISHES: Mutex<Wishes> = Mutex::new(Wishes {
    counted: 0,
    sampled: 0,
    off: 0,
    sampling: Sampling::every(1),
    before: Mode::Off,
    switched: false,
});

/// The wish of one run, until it is dropped.
///
/// One run that wants counts is enough, else one that wants samples; when the last one ends, the switch is as it was.
#[derive(Debug)]
#[must_use = "the wish ends when it is dropped"]
pub(super) struct CountingWish {
    mode: Mode,
}

impl CountingWish {
    /// Wants what `report` says.
    pub(super) fn new(report: MemoryReport) -> Result<Self> {
        let mode = match report.sampling {
            _ if !report.on => Mode::Off,
            Some(sampling) => Mode::Sampled(sampling),
            None => Mode::Counted,
        };
        let mut wishes = WISHES.lock();
        if wishes.are_none() {
            wishes.before = memory::mode();
            wishes.switched = false;
        }
        *wishes.of(mode) += 1;
        if let Mode::Sampled(sampling) = mode {
            wishes.sampling = sampling;
        }
        let wish = Self { mode };
        let refused = !wishes.follow();
        drop(wishes);
        if refused {
            return Err(Error::new(
                ErrorKind::Profiler,
                "the system refuses the memory for the profiler's tables",
            ));
        }
        Ok(wish)
    }
}

impl Drop for CountingWish {
    fn drop(&mut self) {
        let mut wishes = WISHES.lock();
        *wishes.of(self.mode) -= 1;
        // The tables are there if they ever were, and if not, nothing is switched on.
        let _ = wishes.follow();
    }
}

impl Wishes {
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

    /// Switches if that is wanted; `false` if the tables cannot be had.
    fn follow(&mut self) -> bool {
        let wanted = if self.are_none() {
            if !self.switched {
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
        self.switched = true;
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
