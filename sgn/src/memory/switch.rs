//! On and off, at run time.

#![expect(unsafe_code, reason = "reads the environment without allocating")]

use std::hint::black_box;
use std::sync::atomic::{
    AtomicBool, AtomicU8,
    Ordering::{Acquire, Relaxed, Release, SeqCst},
    fence,
};

use super::known::NOTHING;
use super::{counters, site};

/// Ask [`on`], which finds out. Zero, which is what a fresh table says.
const UNDECIDED: u8 = 0;
/// Blocks are not counted.
pub(super) const OFF: u8 = 1;
/// Blocks are counted.
pub(super) const ON: u8 = 2;

/// What holds. Each table has a copy, which is nearer to a thread that allocates.
static STATE: AtomicU8 = AtomicU8::new(UNDECIDED);
static INSTALLED: AtomicBool = AtomicBool::new(false);

/// Whether blocks are counted; decides it at the first allocation of the process.
pub(super) fn on() -> bool {
    let state = STATE.load(Relaxed);
    state == ON || (state == UNDECIDED && decide())
}

/// Whether births are still counted, asked by a thread that has just noted where to count one.
///
/// Either it sees here that they are not, or [`tell_all`] sees its note, and undoes it.
pub(super) fn still_on() -> bool {
    fence(SeqCst);
    STATE.load(SeqCst) == ON
}

/// Tells all tables what holds.
///
/// Ends when what it told still holds, so that of several threads that switch at once none leaves
/// its copy behind. A table that is made meanwhile is not missed: it is published before
/// [`tell`] reads the state, and here the state is written before the tables are read.
fn tell_all() {
    loop {
        let state = STATE.load(SeqCst);
        fence(SeqCst);
        for table in counters::shards() {
            table.known.state.store(state, SeqCst);
            table.known.forget_places();
        }
        NOTHING.state.store(state, SeqCst);
        if STATE.load(SeqCst) == state {
            return;
        }
    }
}

/// Tells a fresh table, which is published already, unless [`tell_all`] did.
pub(super) fn tell(copy: &AtomicU8) {
    fence(SeqCst);
    let _ = copy.compare_exchange(UNDECIDED, STATE.load(SeqCst), SeqCst, SeqCst);
}

/// Decides at the first allocation of the process, from the environment.
#[cold]
#[inline(never)]
fn decide() -> bool {
    INSTALLED.store(true, Release);
    let wanted = asked_for() && prepare();
    let state = if wanted { ON } else { OFF };
    let _ = STATE.compare_exchange(UNDECIDED, state, SeqCst, SeqCst);
    tell_all();
    STATE.load(Acquire) == ON
}

fn prepare() -> bool {
    counters::prepare() && site::prepare()
}

/// Whether `SGNLOGLEVEL` has an item of level `MEMPROF`.
#[cfg(not(miri))]
fn asked_for() -> bool {
    // SAFETY: the name is a C string; at the first allocation no other thread changes the
    // environment, as Rust's own functions for that allocate.
    let value = unsafe { libc::getenv(c"SGNLOGLEVEL".as_ptr()) };
    if value.is_null() {
        return false;
    }
    // SAFETY: the system gives a C string that stays as it is while the environment does.
    let value = unsafe { std::ffi::CStr::from_ptr(value) };
    names_memprof(value.to_bytes())
}

#[cfg(miri)]
fn asked_for() -> bool {
    false
}

fn names_memprof(value: &[u8]) -> bool {
    value
        .split(u8::is_ascii_whitespace)
        .filter_map(|item| item.rsplit(|byte| *byte == b':').next())
        .any(|level| level == b"MEMPROF")
}

/// Makes one allocation if there was none yet, so that an installed allocator has shown itself.
fn probe() {
    if STATE.load(Acquire) == UNDECIDED {
        drop(black_box(Box::new(black_box(0_u8))));
    }
}

/// Counts from now on; says whether that is so.
///
/// The answer is `false` only if the system refuses the profiler its tables. A program whose first
/// allocation finds an item of level `MEMPROF` in `SGNLOGLEVEL` counts from its first byte.
///
/// Blocks that were allocated while counting was off are never counted, neither their birth nor
/// their end, so that switching does not unbalance a total.
pub fn enable() -> bool {
    probe();
    let ready = prepare();
    if ready {
        STATE.store(ON, SeqCst);
        tell_all();
    }
    ready
}

/// Stops counting; the end of blocks that were counted is still noted.
pub fn disable() {
    probe();
    STATE.store(OFF, SeqCst);
    tell_all();
}

/// Whether blocks are counted now.
#[must_use]
pub fn is_enabled() -> bool {
    probe();
    STATE.load(Acquire) == ON
}

/// Whether the program's global allocator is a [`CountingAllocator`](super::CountingAllocator).
///
/// ```
/// assert!(!sgn::memory::is_installed());
/// ```
#[must_use]
pub fn is_installed() -> bool {
    probe();
    INSTALLED.load(Acquire)
}

#[cfg(test)]
mod tests {
    use super::names_memprof;

    #[test]
    fn only_a_level_switches_on() {
        assert!(names_memprof(b"MEMPROF"));
        assert!(names_memprof(b"INFO  pipeline:MEMPROF\tsink:INFO"));
        assert!(names_memprof(b"a:b:MEMPROF"));
        for off in [
            "",
            "memprof",
            "MEMPROF:INFO",
            "pipeline:MEMPROFX",
            "pipeline:INFO",
            "x=MEMPROF",
        ] {
            assert!(!names_memprof(off.as_bytes()), "{off}");
        }
    }
}
