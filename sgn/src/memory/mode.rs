//! On and off, at run time.

#![cfg_attr(
    all(any(unix, windows, target_os = "wasi"), not(miri)),
    expect(unsafe_code, reason = "reads the environment without allocating")
)]

use std::hint::black_box;
use std::sync::atomic::{
    AtomicBool, AtomicU8, AtomicU64, AtomicUsize,
    Ordering::{Acquire, Relaxed, Release, SeqCst},
    fence,
};

use crate::memory::id::sites;
use crate::memory::sampling::rate;
use crate::memory::sampling::rate::Sampling;
use crate::memory::sampling::samples;
use crate::memory::thread::shard;
use crate::memory::thread::site_cache::NOTHING;
use crate::memory::thread::tables;

/// Ask [`on`], which finds out. Zero, which is what a fresh table says.
const UNDECIDED: u8 = 0;
/// Blocks are not counted.
pub(super) const OFF: u8 = 1;
/// Blocks are counted.
pub(super) const ON: u8 = 2;
/// Blocks are sampled. A table of which the copy does not say so has no countdown yet.
pub(super) const SAMPLED: u8 = 3;
/// Blocks are not counted, and hardly any was made yet. Each table asks, as it is told that nothing is decided.
const EARLY: u8 = 4;

/// How many bytes may be allocated before counting is switched on and be no time without it: what Rust and the system
/// need before `main` is some hundreds.
const MOST_EARLY: usize = 16 * 1024;

/// What holds. Each table has a copy, which is nearer to a thread that allocates.
static STATE: AtomicU8 = AtomicU8::new(UNDECIDED);
static INSTALLED: AtomicBool = AtomicBool::new(false);
/// What was allocated while [`EARLY`] was in force.
static EARLY_BYTES: AtomicUsize = AtomicUsize::new(0);
/// How often counting was off for more than [`MOST_EARLY`] bytes, or switched off; the current time included.
static TIMES_OFF: AtomicU64 = AtomicU64::new(0);

/// What holds, one of the above; decides it at the first allocation of the process.
pub(super) fn state() -> u8 {
    match STATE.load(Relaxed) {
        UNDECIDED => decide(),
        decided => decided,
    }
}

/// Whether blocks are counted, each of them.
pub(super) fn on() -> bool {
    state() == ON
}

/// What a table is told: those that have to sample ask once more, and draw their countdown.
fn told(state: u8) -> u8 {
    if [SAMPLED, EARLY].contains(&state) {
        UNDECIDED
    } else {
        state
    }
}

/// Notes that a block of `size` bytes is not counted, of which `state` is the reason.
#[cold]
#[inline(never)]
pub(super) fn pass_over(state: u8, size: usize) {
    if state != EARLY {
        return;
    }
    let before = EARLY_BYTES.fetch_add(size, Relaxed);
    if before.saturating_add(size) > MOST_EARLY
        && STATE.compare_exchange(EARLY, OFF, SeqCst, SeqCst).is_ok()
    {
        TIMES_OFF.fetch_add(1, SeqCst);
        tell_all();
    }
}

/// In which times blocks were passed over, up to some moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TimesOff {
    ever: u64,
    is_off: bool,
}

impl TimesOff {
    /// Up to now.
    pub(super) fn now() -> Self {
        let state = STATE.load(SeqCst);
        Self {
            ever: TIMES_OFF.load(SeqCst),
            is_off: state == OFF,
        }
    }

    /// Whether there was any.
    pub(super) fn is_any(self) -> bool {
        self.ever > 0
    }

    /// Whether there was any, or a part of one, since `earlier`.
    pub(super) fn is_any_since(self, earlier: Self) -> bool {
        earlier.is_off || self.ever > earlier.ever
    }
}

/// Whether a table's copy says that its countdown runs.
pub(super) fn is_sampled(copy: &AtomicU8) -> bool {
    copy.load(SeqCst) == SAMPLED
}

/// Tells a table of which the countdown was drawn, unless something else holds meanwhile.
pub(super) fn tell_sampled(copy: &AtomicU8) {
    let _ = copy.compare_exchange(UNDECIDED, SAMPLED, SeqCst, SeqCst);
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
        for table in tables::in_use() {
            table.known.state.store(told(state), SeqCst);
            table.known.forget_places();
        }
        NOTHING.state.store(told(state), SeqCst);
        if STATE.load(SeqCst) == state {
            return;
        }
    }
}

/// Tells a fresh table, which is published already, unless [`tell_all`] did.
///
/// What [`tell_all`] says to those that have to sample is what a fresh table says, and no sign that
/// it was here: so what was told is taken back if something else holds meanwhile.
pub(super) fn tell(copy: &AtomicU8) {
    // One that is empty again may have been told something late.
    copy.store(UNDECIDED, SeqCst);
    fence(SeqCst);
    tell_what(copy, || STATE.load(SeqCst));
}

fn tell_what(copy: &AtomicU8, mut holds: impl FnMut() -> u8) {
    let (mut before, mut state) = (UNDECIDED, holds());
    loop {
        let _ = copy.compare_exchange(before, told(state), SeqCst, SeqCst);
        let now = holds();
        if now == state {
            return;
        }
        (before, state) = (told(state), now);
    }
}

/// Decides at the first allocation of the process, from the environment.
#[cold]
#[inline(never)]
fn decide() -> u8 {
    INSTALLED.store(true, Release);
    let state = match asked_for() {
        Some(None) if prepare() => ON,
        Some(Some(sampling)) if prepare() && samples::prepare() => {
            rate::choose(sampling);
            SAMPLED
        }
        _ => EARLY,
    };
    let _ = STATE.compare_exchange(UNDECIDED, state, SeqCst, SeqCst);
    tell_all();
    STATE.load(Acquire)
}

fn prepare() -> bool {
    shard::prepare() && sites::prepare()
}

/// Whether `SGNLOGLEVEL` has an item of level `MEMPROF`, and what [`SAMPLE`] says besides.
#[cfg(not(miri))]
fn asked_for() -> Option<Option<Sampling>> {
    if !variable(c"SGNLOGLEVEL").is_some_and(names_memprof) {
        return None;
    }
    // What says nothing is refused by whoever reports.
    Some(variable(SAMPLE).and_then(Sampling::parse))
}

/// The variable that asks for samples instead of counts.
#[cfg(not(miri))]
const SAMPLE: &std::ffi::CStr = c"SGN_MEMPROF_SAMPLE";

#[cfg(all(any(unix, windows, target_os = "wasi"), not(miri)))]
fn variable(name: &std::ffi::CStr) -> Option<&[u8]> {
    // SAFETY: the name is a C string. Nobody may change the environment at the same time. This is asked once, in the
    // first allocation of the process, which Rust's runtime makes before `main`, when there is one thread. In a library
    // that is loaded into a program of several threads it is as with any other reader: whoever changes the environment
    // there promises that nobody reads it, as `setenv` demands, and `std::env::set_var`, which is unsafe for this reason.
    let value = unsafe { libc::getenv(name.as_ptr()) };
    if value.is_null() {
        return None;
    }
    // SAFETY: the system gives a C string that stays as it is while the environment does; see above.
    Some(unsafe { std::ffi::CStr::from_ptr(value) }.to_bytes())
}

/// A system without an environment.
#[cfg(not(any(unix, windows, target_os = "wasi", miri)))]
fn variable(_: &std::ffi::CStr) -> Option<&[u8]> {
    None
}

#[cfg(miri)]
fn asked_for() -> Option<Option<Sampling>> {
    None
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
/// their end, so that switching does not unbalance a total. Reports say so if it was off for a time, see
/// [`Snapshot::was_off`](crate::memory::Snapshot::was_off).
pub fn enable() -> bool {
    probe();
    let ready = prepare();
    if ready {
        STATE.store(ON, SeqCst);
        tell_all();
    }
    ready
}

/// Samples from now on instead of counting; says whether that is so.
///
/// The answer is `false` only if the system refuses the profiler its tables. What it costs is four
/// instructions more than counting that is switched off, and about half a microsecond for each block
/// that is sampled. The estimates are read by [`Snapshot::take_sampled`](crate::memory::Snapshot::take_sampled);
/// the exact counts stay as they are, and none of the blocks that are allocated from now on is in them.
///
/// ```
/// sgn::counting_allocator!();
///
/// use sgn::memory::{self, Sampling, Snapshot};
///
/// fn main() {
///     memory::enable_sampled(Sampling::every(64 * 1024));
///     let owner = memory::register("loader");
///     let kept: Vec<Vec<u8>> = memory::scope(owner, || (0..10_000).map(|_| vec![1; 1000]).collect());
///     let loader = Snapshot::take_sampled().owner(owner);
///     let error = loader.usage.live_bytes as f64 - 10_240_000.0;
///     assert!(error.abs() < 5.0 * loader.standard_error.live_bytes);
///     drop(kept);
/// }
/// ```
pub fn enable_sampled(sampling: Sampling) -> bool {
    probe();
    let ready = prepare() && samples::prepare();
    if ready {
        rate::choose(sampling);
        STATE.store(SAMPLED, SeqCst);
        tell_all();
    }
    ready
}

/// What is done about blocks now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Mode {
    /// Nothing.
    Off,
    /// Each is counted.
    Counted,
    /// Some are, and stand for the others.
    Sampled(Sampling),
}

/// What is done about blocks now.
///
/// ```
/// sgn::counting_allocator!();
///
/// use sgn::memory::{self, Mode, Sampling};
///
/// fn main() {
///     assert_eq!(memory::mode(), Mode::Off);
///     memory::enable_sampled(Sampling::default());
///     assert_eq!(memory::mode(), Mode::Sampled(Sampling::default()));
///     memory::disable();
/// }
/// ```
#[must_use]
pub fn mode() -> Mode {
    probe();
    match STATE.load(Acquire) {
        ON => Mode::Counted,
        SAMPLED => Mode::Sampled(rate::chosen()),
        _ => Mode::Off,
    }
}

/// Returns true while blocks are counted or sampled, without the allocation by which [`mode`] has an allocator show itself.
pub(crate) fn is_on() -> bool {
    matches!(STATE.load(Acquire), ON | SAMPLED)
}

/// Stops counting; the end of blocks that were counted is still noted.
pub fn disable() {
    probe();
    let was_on = |state| [ON, SAMPLED].contains(&state).then_some(OFF);
    if STATE.fetch_update(SeqCst, SeqCst, was_on).is_ok() {
        TIMES_OFF.fetch_add(1, SeqCst);
    }
    tell_all();
}

/// Whether each block is counted now.
#[must_use]
pub fn is_enabled() -> bool {
    probe();
    STATE.load(Acquire) == ON
}

/// Whether the program's global allocator is a [`CountingAllocator`](crate::memory::CountingAllocator).
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
    use super::*;

    /// Another thread switches to sampling, and tells all tables, between the question what holds
    /// and the answer to a fresh table.
    #[test]
    fn a_fresh_table_is_not_told_what_held_before() {
        for before in [OFF, ON] {
            let copy = AtomicU8::new(UNDECIDED);
            let mut asked = 0;
            tell_what(&copy, || {
                asked += 1;
                if asked == 1 {
                    copy.store(told(SAMPLED), SeqCst);
                    return before;
                }
                SAMPLED
            });
            assert_eq!(copy.into_inner(), told(SAMPLED), "{before}");
        }
    }

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
