//! Which runs want their memory counted, as the switch is the process's.

use parking_lot::Mutex;

use crate::error::{Error, ErrorKind, Result};
use crate::memory;

/// What the runs want that are going on.
struct Wishes {
    on: usize,
    off: usize,
    /// Whether counting was on before the first of them.
    before: bool,
    /// Whether any of them switched, so that the last one has to switch back.
    switched: bool,
}

static WISHES: Mutex<Wishes> = Mutex::new(Wishes {
    on: 0,
    off: 0,
    before: false,
    switched: false,
});

/// The wish of one run, until it is dropped.
///
/// One run that wants counting is enough; when the last one ends, the switch is as it was.
#[derive(Debug)]
#[must_use = "the wish ends when it is dropped"]
pub(super) struct CountingWish {
    on: bool,
}

impl CountingWish {
    /// Wants counting on, or off.
    pub(super) fn new(on: bool) -> Result<Self> {
        let mut wishes = WISHES.lock();
        if wishes.on + wishes.off == 0 {
            wishes.before = memory::is_enabled();
            wishes.switched = false;
        }
        *wishes.of(on) += 1;
        let wish = Self { on };
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
        *wishes.of(self.on) -= 1;
        // The tables are there if they ever were, and if not, counting stays off.
        let _ = wishes.follow();
    }
}

impl Wishes {
    fn of(&mut self, on: bool) -> &mut usize {
        if on { &mut self.on } else { &mut self.off }
    }

    /// Switches if that is wanted; `false` if the tables cannot be had.
    fn follow(&mut self) -> bool {
        let wanted = match (self.on, self.off) {
            (0, 0) if self.switched => self.before,
            (0, 0) => return true,
            (on, _) => on > 0,
        };
        if memory::is_enabled() == wanted {
            return true;
        }
        self.switched = true;
        if wanted {
            memory::enable()
        } else {
            memory::disable();
            true
        }
    }
}
