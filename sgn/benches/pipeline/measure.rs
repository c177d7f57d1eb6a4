//! CPU time of alternatives, taken in turns.

#![expect(
    unsafe_code,
    reason = "asks the system for the CPU time of this thread"
)]

use std::time::Duration;

/// How often the alternatives take turns.
const ROUNDS: usize = 15;

/// The short pipeline whose time is taken off that of the long one, and the long one.
const SHORT: u64 = 10;
const LONG: u64 = 100;

/// Runs something of a size for a number of strides and says what that took.
type Run = Box<dyn Fn(u64, u64) -> sgn::Result<Duration>>;

/// One alternative: two sizes whose difference is measured, or one.
pub(crate) struct Pair {
    run: Run,
    short: u64,
    long: u64,
    strides: u64,
}

impl Pair {
    /// The time that one more element costs, by the difference of a long and a short pipeline.
    pub(crate) fn slope(
        run: impl Fn(u64, u64) -> sgn::Result<Duration> + 'static,
        hops: u64,
    ) -> Self {
        Self {
            run: Box::new(run),
            short: SHORT,
            long: LONG,
            strides: hops / LONG,
        }
    }

    /// The time of a whole stride.
    pub(crate) fn whole(
        run: impl Fn(u64, u64) -> sgn::Result<Duration> + 'static,
        size: u64,
        strides: u64,
    ) -> Self {
        Self {
            run: Box::new(run),
            short: 0,
            long: size,
            strides,
        }
    }

    /// Nanoseconds per element, or per stride.
    fn nanoseconds(&self) -> sgn::Result<f64> {
        let time = |size| {
            let time = (self.run)(size, self.strides)?;
            Ok::<_, sgn::Error>(time.as_secs_f64() * 1e9 / self.strides as f64)
        };
        let long = time(self.long)?;
        if self.short == 0 {
            return Ok(long);
        }
        Ok((long - time(self.short)?) / (self.long - self.short) as f64)
    }
}

/// One row a round, one column an alternative.
pub(crate) struct Measured(Vec<Vec<f64>>);

impl Measured {
    /// The median over all rounds.
    pub(crate) fn nanoseconds(&self, alternative: usize) -> f64 {
        median(self.0.iter().map(|round| round[alternative]).collect())
    }

    /// The median of the ratios within a round, which a change of the machine's speed between rounds leaves alone.
    pub(crate) fn ratio(&self, ours: usize, theirs: usize) -> f64 {
        median(
            self.0
                .iter()
                .map(|round| round[ours] / round[theirs])
                .collect(),
        )
    }
}

/// Lets the alternatives take turns; the first round warms up and is not counted.
pub(crate) fn compare(alternatives: &[Pair]) -> sgn::Result<Measured> {
    let round = || {
        alternatives
            .iter()
            .map(Pair::nanoseconds)
            .collect::<sgn::Result<Vec<f64>>>()
    };
    round()?;
    (0..ROUNDS)
        .map(|_| round())
        .collect::<sgn::Result<Vec<_>>>()
        .map(Measured)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// The CPU time that `work` takes on this thread.
pub(crate) fn cpu_time<R>(work: impl FnOnce() -> R) -> (Duration, R) {
    let before = now();
    let result = work();
    (now() - before, result)
}

fn now() -> Duration {
    let mut time = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: the pointer is to a live `timespec`, which is all that the call asks for.
    let status = unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &raw mut time) };
    assert_eq!(status, 0, "the system has no clock of CPU time");
    Duration::new(time.tv_sec.cast_unsigned(), time.tv_nsec as u32)
}

/// Prints one figure.
#[expect(clippy::print_stdout, reason = "figures are what this program is for")]
pub(crate) fn figure(name: &str, value: f64, unit: &str) {
    println!("{name} {value:.3} {unit}");
}
