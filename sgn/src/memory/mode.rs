//! Switches counting and sampling on and off at run time.

#![cfg_attr(
    all(any(unix, windows, target_os = "wasi"), not(miri)),
    expect(unsafe_code, reason = "reads the environment without allocating")
)]

use std::hint::black_box;
use std::sync::atomic::{
    AtomicBool, AtomicU64, AtomicUsize,
    Ordering::{Acquire, Relaxed, Release, SeqCst},
};

#[cfg(not(miri))]
use crate::environment;
use crate::memory::id::sites;
use crate::memory::sampling::rate;
use crate::memory::sampling::rate::Sampling;
use crate::memory::sampling::samples;
use crate::memory::thread::mode_byte::{self, ModeByte};
use crate::memory::thread::shard;
use crate::memory::thread::site_cache::EMPTY;
use crate::memory::thread::tables;

/// The most bytes that a program may allocate before it enables counting, if no report is to say that counting was off.
/// Rust and the system allocate some hundreds before `main`.
const MOST_EARLY: usize = 16 * 1024;

static INSTALLED: AtomicBool = AtomicBool::new(false);
/// The bytes that were allocated while the mode was [`ModeByte::EARLY`].
static EARLY_BYTES: AtomicUsize = AtomicUsize::new(0);
/// The number of periods in which blocks were not counted, including the current one. The time before counting is first
/// enabled is a period if more than [`MOST_EARLY`] bytes were allocated in it; each call of [`disable`] begins another
/// one.
static OFF_PERIODS: AtomicU64 = AtomicU64::new(0);

/// Returns the mode, as one of the constants of [`ModeByte`]; decides it at the first allocation of the process.
pub(super) fn state() -> u8 {
    match mode_byte::mode() {
        ModeByte::UNDECIDED => decide(),
        decided => decided,
    }
}

/// Returns true while each block is counted, and false while blocks are sampled.
pub(super) fn on() -> bool {
    state() == ModeByte::ON
}

/// Records that a block of `size` bytes was not counted because of `mode`.
#[cold]
#[inline(never)]
pub(super) fn record_uncounted(mode: u8, size: usize) {
    if mode != ModeByte::EARLY {
        return;
    }
    let before = EARLY_BYTES.fetch_add(size, Relaxed);
    if before.saturating_add(size) > MOST_EARLY && mode_byte::end_early() {
        OFF_PERIODS.fetch_add(1, SeqCst);
        publish();
    }
}

/// The periods, up to some moment, in which blocks were not counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct OffPeriods {
    /// The number of periods, including the current one.
    ever: u64,
    /// True if one of them was going on at that moment.
    is_off: bool,
}

impl OffPeriods {
    /// Returns the periods up to now.
    pub(super) fn now() -> Self {
        let mode = mode_byte::mode_in_order();
        Self {
            ever: OFF_PERIODS.load(SeqCst),
            is_off: mode == ModeByte::OFF,
        }
    }

    #[cfg(feature = "viewers")]
    /// Returns those of a process in which all blocks were counted.
    pub(super) const fn none() -> Self {
        Self {
            ever: 0,
            is_off: false,
        }
    }

    /// Returns true if there was any.
    pub(super) fn is_any(self) -> bool {
        self.ever > 0
    }

    /// Returns true if there was any, or a part of one, since `earlier`.
    pub(super) fn is_any_since(self, earlier: Self) -> bool {
        earlier.is_off || self.ever > earlier.ever
    }
}

/// Publishes the mode to all shards, and clears their caches, so that their threads read the mode again.
fn publish() {
    mode_byte::publish(|mode| {
        for shard in tables::in_use() {
            shard.cache.state.set(mode);
            shard.cache.clear();
        }
        EMPTY.state.set(mode);
    });
}

/// Decides the mode at the first allocation of the process, from the environment.
#[cold]
#[inline(never)]
fn decide() -> u8 {
    INSTALLED.store(true, Release);
    let state = match requested() {
        Some(None) if prepare() => ModeByte::ON,
        Some(Some(sampling)) if prepare() && samples::prepare() => {
            rate::set_sampling(sampling);
            ModeByte::SAMPLED
        }
        _ => ModeByte::EARLY,
    };
    mode_byte::decide(state);
    publish();
    mode_byte::mode_acquired()
}

fn prepare() -> bool {
    shard::prepare() && sites::prepare()
}

/// Returns what the environment requests: `None` is no memory report, `Some(None)` reports of all blocks, and
/// `Some(Some(_))` reports of sampled blocks.
#[cfg(not(miri))]
fn requested() -> Option<Option<Sampling>> {
    let asks = |levels| std::str::from_utf8(levels).is_ok_and(environment::asks_for_memprof);
    let files = [environment::FILE, environment::HTML];
    let is_recorded = files.iter().any(|name| variable(name).is_some());
    if !is_recorded && !variable(environment::LEVELS).is_some_and(asks) {
        return None;
    }
    // A value that does not parse counts as none here; the first memory report rejects it.
    Some(variable(environment::SAMPLE).and_then(Sampling::parse))
}

#[cfg(miri)]
fn requested() -> Option<Option<Sampling>> {
    None
}

#[cfg(all(any(unix, windows, target_os = "wasi"), not(miri)))]
fn variable(name: &str) -> Option<&'static [u8]> {
    let mut text = [0; 32];
    text.get_mut(..name.len())?.copy_from_slice(name.as_bytes());
    let name = std::ffi::CStr::from_bytes_until_nul(&text).ok()?;
    // SAFETY: the name is a C string. Nobody may change the environment at the same time. This call runs once, in the
    // first allocation of the process, which Rust's runtime makes before `main`, when there is one thread. If this is a
    // library that is loaded into a program of several threads, whoever changes the environment there has to make sure
    // that nobody reads it: `setenv` demands it, and `std::env::set_var` is unsafe for this reason.
    let value = unsafe { libc::getenv(name.as_ptr()) };
    if value.is_null() {
        return None;
    }
    // SAFETY: the system gives a C string that stays as it is while the environment does; see above.
    Some(unsafe { std::ffi::CStr::from_ptr(value) }.to_bytes())
}

/// Returns `None` on a system without an environment.
#[cfg(not(any(unix, windows, target_os = "wasi", miri)))]
fn variable(_: &str) -> Option<&'static [u8]> {
    None
}

/// Makes one allocation if there was none yet, so that an installed counting allocator sets [`INSTALLED`].
fn probe() {
    if mode_byte::mode_acquired() == ModeByte::UNDECIDED {
        drop(black_box(Box::new(black_box(0_u8))));
    }
}

/// Enables counting, and returns true if it is enabled.
///
/// Returns `false` only if the system refuses the profiler its tables. A program whose first allocation finds an item
/// of level `MEMPROF` in `SGNLOGLEVEL`, or finds `SGN_MEMPROF_FILE` or `SGN_MEMPROF_HTML`, counts from its first byte.
///
/// Counting ignores the free of a block that was allocated while it was off, so that switching does not unbalance a
/// total. A report says if counting was off for a time, see [`Snapshot::was_off`](crate::memory::Snapshot::was_off).
pub fn enable() -> bool {
    probe();
    let ready = prepare();
    if ready {
        mode_byte::set_mode(ModeByte::ON);
        publish();
    }
    ready
}

/// Enables sampling in place of counting, and returns true if it is enabled.
///
/// Returns `false` only if the system refuses the profiler its tables. Sampling costs four instructions more than
/// counting that is switched off, and about half a microsecond for each sampled block.
/// [`Snapshot::take_sampled`](crate::memory::Snapshot::take_sampled) reads the estimates. The exact counts stay as they
/// are and include no block that is allocated from now on.
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
        rate::set_sampling(sampling);
        mode_byte::set_mode(ModeByte::SAMPLED);
        publish();
    }
    ready
}

/// The mode of counting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Mode {
    /// No block is counted.
    Off,
    /// Each block is counted.
    Counted,
    /// Some blocks are sampled, and each stands for others of its size.
    Sampled(Sampling),
}

/// Returns whether blocks are counted or sampled now.
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
    match mode_byte::mode_acquired() {
        ModeByte::ON => Mode::Counted,
        ModeByte::SAMPLED => Mode::Sampled(rate::sampling()),
        _ => Mode::Off,
    }
}

/// Returns true while blocks are counted or sampled; unlike [`mode`], it makes no allocation to detect the allocator.
pub(crate) fn is_on() -> bool {
    matches!(mode_byte::mode_acquired(), ModeByte::ON | ModeByte::SAMPLED)
}

/// Stops counting; the frees of counted blocks are still recorded.
pub fn disable() {
    probe();
    if mode_byte::stop() {
        OFF_PERIODS.fetch_add(1, SeqCst);
    }
    publish();
}

/// Returns true while each block is counted, and false while blocks are sampled.
#[must_use]
pub fn is_enabled() -> bool {
    probe();
    mode_byte::mode_acquired() == ModeByte::ON
}

/// Returns true if the program's global allocator is a [`CountingAllocator`](crate::memory::CountingAllocator).
///
/// ```
/// assert!(!sgn::memory::is_installed());
/// ```
#[must_use]
pub fn is_installed() -> bool {
    probe();
    INSTALLED.load(Acquire)
}
