//! Histories of every shape that memory takes: none that is healthy is said to grow, and each that grows is, with its
//! slope.

use std::time::Duration;

use crate::memory::growth::history::Point;
use crate::memory::growth::timeline::{SLOTS, Timeline};
use crate::memory::verdicts::judge::{Judgement, judge};
use crate::memory::verdicts::verdict::Verdict;

/// The histories of each shape.
const ROUNDS: u64 = match (cfg!(miri), cfg!(debug_assertions)) {
    (true, _) => 1,
    (false, true) => 30,
    (false, false) => 10_000,
};

/// A generator of random numbers (xorshift64*).
struct Random(u64);

impl Random {
    fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    /// From 0 to 1.
    fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.share()
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end.max(1)
    }

    /// Of the same chance for each order of magnitude.
    fn size(&mut self, low: f64, high: f64) -> f64 {
        (self.between(low.ln(), high.ln())).exp()
    }
}

/// Returns the history of a line that has `bytes(stride)` live bytes after each of `strides` strides.
fn history(strides: u64, time: Duration, mut bytes: impl FnMut(u64) -> f64) -> Vec<Point> {
    let mut timeline = Timeline::new();
    let mut numbers = [0; SLOTS];
    let (mut next, mut sampled) = (1, Duration::ZERO);
    for stride in 1..=strides {
        let live = bytes(stride).max(0.0) as u64;
        let at = Duration::from_nanos(time.as_nanos() as u64 * stride);
        let is_recent = stride == strides || at - sampled >= Duration::from_secs(1);
        if !is_recent && stride < next {
            continue;
        }
        numbers[timeline.add(stride, at, is_recent).expect("a slot")] = live;
        next = timeline.next_in_grid();
        if is_recent {
            sampled = at;
        }
    }
    let ordered = timeline.in_order();
    let points = ordered.iter().map(|(slot, kept)| Point {
        stride: kept.stride,
        at: kept.at,
        bytes: numbers[*slot],
        blocks: 0,
    });
    points.collect()
}

/// One random run.
struct Run {
    random: Random,
    strides: u64,
    time: Duration,
}

impl Run {
    fn new(seed: u64) -> Self {
        let mut random = Random::new(seed + 1);
        random.next();
        let strides = random.size(500.0, if cfg!(miri) { 600.0 } else { 8000.0 }) as u64;
        let time = Duration::from_secs_f64(random.size(1e-6, 1.0));
        Self {
            random,
            strides,
            time,
        }
    }

    fn judged(&self, bytes: impl FnMut(u64) -> f64) -> Judgement {
        judge(&history(self.strides, self.time, bytes), 0.0, false)
    }
}

/// Asserts that no random history of a shape grows.
#[track_caller]
fn is_healthy(name: &str, shape: impl Fn(&mut Run) -> Judgement) {
    let wrong: Vec<u64> = (0..ROUNDS)
        .filter(|seed| shape(&mut Run::new(*seed)).verdict.is_alarm())
        .collect();
    assert!(
        wrong.is_empty(),
        "{name}: {} of {ROUNDS}, {:?}",
        wrong.len(),
        &wrong[..wrong.len().min(5)]
    );
}

/// Asserts that each random history of a shape grows, by the slope that it says.
#[track_caller]
fn grows(name: &str, shape: impl Fn(&mut Run) -> (Judgement, f64)) {
    let (mut missed, mut off) = (Vec::new(), Vec::new());
    for seed in 0..ROUNDS {
        let (judgement, slope) = shape(&mut Run::new(seed));
        if !judgement.verdict.is_alarm() {
            missed.push(seed);
        } else if (judgement.slope / slope - 1.0).abs() > 0.2 {
            off.push((seed, judgement.slope, slope));
        }
    }
    assert!(
        missed.is_empty() && off.is_empty(),
        "{name}, of {ROUNDS}: missed {} {:?}, wrong slope {} {:?}",
        missed.len(),
        &missed[..missed.len().min(5)],
        off.len(),
        &off[..off.len().min(5)]
    );
}

#[test]
fn what_stays_is_steady() {
    is_healthy("table", |run| {
        let (size, noise) = (run.random.size(100.0, 1e8), run.random.between(0.0, 0.02));
        let mut random = Random::new(run.random.next());
        run.judged(|_| size * (1.0 + noise * random.share()))
    });
    let run = Run::new(0);
    assert_eq!(run.judged(|_| 4096.0).verdict, Verdict::Steady);
}

#[test]
fn churn_comes_and_goes() {
    is_healthy("churn", |run| {
        let (base, size) = (run.random.size(1.0, 1e6), run.random.size(100.0, 1e6));
        let mut random = Random::new(run.random.next());
        run.judged(|_| base + size * random.share())
    });
    is_healthy("rare bursts", |run| {
        let (size, chance) = (run.random.size(100.0, 1e6), run.random.between(0.01, 0.5));
        let mut random = Random::new(run.random.next());
        run.judged(|_| {
            if random.share() < chance {
                size * random.share()
            } else {
                0.0
            }
        })
    });
    is_healthy("heavy tails", |run| {
        let size = run.random.size(100.0, 1e4);
        let mut random = Random::new(run.random.next());
        run.judged(|_| size / random.between(0.001, 1.0))
    });
    is_healthy("waves", |run| {
        let (cycles, size) = (run.random.between(3.0, 60.0), run.random.size(1000.0, 1e6));
        let (start, strides) = (
            run.random.between(0.0, std::f64::consts::TAU),
            run.strides as f64,
        );
        run.judged(|stride| {
            size * (1.1 + (start + std::f64::consts::TAU * cycles * stride as f64 / strides).sin())
        })
    });
}

#[test]
fn saw_teeth_are_released_again() {
    is_healthy("saw-tooth", |run| {
        let period = run.strides as f64 / run.random.between(4.0, 80.0);
        let size = run.random.size(10.0, 1e4);
        let mut random = Random::new(run.random.next());
        let (mut live, mut left) = (0.0, period * random.share());
        run.judged(|_| {
            left -= 1.0;
            live += size;
            if left < 0.0 {
                left = period * random.between(0.7, 1.3);
                live = 0.0;
            }
            live
        })
    });
    is_healthy("flush of a part", |run| {
        let period = run.strides as f64 / run.random.between(4.0, 80.0);
        let size = run.random.size(10.0, 1e4);
        let kept = run.random.between(0.0, 0.6);
        let mut random = Random::new(run.random.next());
        let (mut live, mut left) = (0.0, period);
        run.judged(|_| {
            left -= 1.0;
            live += size * random.share();
            if left < 0.0 {
                left = period;
                live *= kept;
            }
            live
        })
    });
}

#[test]
fn caches_and_pools_fill_up() {
    is_healthy("least recently used", |run| {
        let full = run.random.between(0.02, 0.6) * run.strides as f64;
        let (size, noise) = (run.random.size(16.0, 1e4), run.random.between(0.0, 0.02));
        let mut random = Random::new(run.random.next());
        run.judged(|stride| size * (stride as f64).min(full) * (1.0 - noise * random.share()))
    });
    is_healthy("cache of random keys", |run| {
        let keys = run.random.between(0.02, 0.4) * run.strides as f64;
        let size = run.random.size(16.0, 1e4);
        let mut random = Random::new(run.random.next());
        let mut seen = vec![false; keys as usize + 1];
        let mut count = 0;
        run.judged(|_| {
            let key = random.below(seen.len() as u64) as usize;
            count += u64::from(!std::mem::replace(&mut seen[key], true));
            size * count as f64
        })
    });
    is_healthy("filling more and more slowly", |run| {
        let time = run.random.between(0.02, 0.4) * run.strides as f64;
        let size = run.random.size(1e3, 1e8);
        run.judged(|stride| size * (1.0 - (-(stride as f64) / time).exp()))
    });
    is_healthy("pool of the most ever needed", |run| {
        let size = run.random.size(16.0, 1e4);
        let mut random = Random::new(run.random.next());
        let mut most = 0.0_f64;
        run.judged(|_| {
            let needed = -random.between(1e-9, 1.0).ln() * 5.0;
            most = most.max(needed.floor());
            size * most
        })
    });
    is_healthy("queue", |run| {
        let (size, room) = (run.random.size(16.0, 1e4), run.random.between(2.0, 6.0));
        let mut random = Random::new(run.random.next());
        let mut length = 0.0_f64;
        run.judged(|_| {
            length = (length + random.between(-1.0, 1.0)).clamp(0.0, room);
            size * length.floor()
        })
    });
}

#[test]
fn buffers_double_until_they_are_large_enough() {
    is_healthy("plateaus of doubling", |run| {
        let end = run.random.between(0.01, 0.45) * run.strides as f64;
        let times = 3 + run.random.below(6);
        let mut doublings: Vec<f64> = (0..times).map(|_| run.random.between(0.0, end)).collect();
        doublings.sort_unstable_by(f64::total_cmp);
        let size = run.random.size(16.0, 1e4);
        run.judged(|stride| {
            let count = doublings.iter().filter(|at| **at < stride as f64).count();
            size * (1_u64 << count) as f64
        })
    });
    is_healthy("a vector that is filled and kept", |run| {
        let full = run.random.between(0.01, 0.45) * run.strides as f64;
        let size = run.random.size(8.0, 1e3);
        run.judged(|stride| size * ((stride as f64).min(full) as u64).next_power_of_two() as f64)
    });
}

#[test]
fn warm_ups_end() {
    is_healthy("warm-up", |run| {
        let end = run.random.between(0.001, 0.5) * run.strides as f64;
        let (size, churn) = (run.random.size(1e3, 1e7), run.random.between(0.0, 0.3));
        let bend = run.random.between(0.3, 2.0);
        let mut random = Random::new(run.random.next());
        run.judged(|stride| {
            let warm = (stride as f64 / end).min(1.0).powf(bend);
            size * (warm + churn * random.share())
        })
    });
    is_healthy("steps of a start", |run| {
        let steps: Vec<f64> = (0..4)
            .map(|_| run.random.between(0.0, 0.3) * run.strides as f64)
            .collect();
        let size = run.random.size(1e3, 1e7);
        run.judged(|stride| size * steps.iter().filter(|at| **at < stride as f64).count() as f64)
    });
    is_healthy("a leak that stops", |run| {
        let (begin, end) = (run.random.between(0.0, 0.3), run.random.between(0.35, 0.8));
        let size = run.random.size(8.0, 1e4);
        let strides = run.strides as f64;
        run.judged(|stride| size * (stride as f64).clamp(begin * strides, end * strides))
    });
    let run = Run::new(3);
    let half = run.strides as f64 / 2.0;
    assert_eq!(
        run.judged(|stride| 64.0 * (stride as f64).min(half))
            .verdict,
        Verdict::Stopped
    );
}

#[test]
fn steady_leaks_grow() {
    grows("leak", |run| {
        let (size, base) = (run.random.size(8.0, 1e6), run.random.size(1.0, 1e8));
        (run.judged(|stride| base + size * stride as f64), size)
    });
    grows("64 bytes every so many strides", |run| {
        let every = run.random.size(1.0, run.strides as f64 / 20.0) as u64;
        (
            run.judged(|stride| 64.0 * (stride / every) as f64),
            64.0 / every as f64,
        )
    });
    grows("now and then", |run| {
        let (size, every) = (
            run.random.size(8.0, 1e4),
            run.random.size(1.0, run.strides as f64 / 150.0),
        );
        let mut random = Random::new(run.random.next());
        let mut count = 0.0;
        let judgement = run.judged(|_| {
            count += f64::from(u8::from(random.share() < 1.0 / every));
            size * count
        });
        (judgement, size * count / run.strides as f64)
    });
}

#[test]
fn hidden_leaks_grow() {
    grows("behind churn", |run| {
        let size = run.random.size(8.0, 1e3);
        let churn = size * run.strides as f64 * run.random.between(0.0, 0.25);
        let mut random = Random::new(run.random.next());
        (
            run.judged(|stride| size * stride as f64 + churn * random.share()),
            size,
        )
    });
    grows("behind a saw-tooth", |run| {
        let size = run.random.size(8.0, 1e3);
        let period = run.strides as f64 / run.random.between(20.0, 80.0);
        let tooth = size * run.strides as f64 * run.random.between(0.0, 0.15) / period;
        (
            run.judged(|stride| size * stride as f64 + tooth * (stride as f64 % period)),
            size,
        )
    });
    grows("after a warm-up", |run| {
        let size = run.random.size(8.0, 1e3);
        let strides = run.strides as f64;
        let (end, table) = (
            strides * run.random.between(0.001, 0.1),
            size * strides * run.random.between(0.0, 5.0),
        );
        (
            run.judged(|stride| size * stride as f64 + table * (stride as f64 / end).min(1.0)),
            size,
        )
    });
    grows("late", |run| {
        let size = run.random.size(8.0, 1e3);
        let begin = run.strides as f64 * run.random.between(0.05, 0.65);
        let base = run.random.size(1.0, 1e7);
        (
            run.judged(|stride| base + size * (stride as f64 - begin).max(0.0)),
            size,
        )
    });
}

#[test]
fn doubling_grows_before_it_doubles_again() {
    grows("vector", |run| {
        let size = run.random.size(1.0, 1e3).ceil();
        (
            run.judged(|stride| size * stride.next_power_of_two().max(4) as f64),
            size,
        )
    });
    grows("vector with a base", |run| {
        let (size, base) = (run.random.size(1.0, 1e3).ceil(), run.random.size(1.0, 1e5));
        (
            run.judged(|stride| base + size * stride.next_power_of_two().max(4) as f64),
            size,
        )
    });
    grows("map", |run| {
        // Seven eighths of the buckets are used, and each has a byte beside its entry.
        let (entry, every) = (
            run.random.size(8.0, 1e3).floor(),
            run.random.size(1.0, 5.0) as u64,
        );
        let judgement = run.judged(|stride| {
            let buckets = (stride / every * 8 / 7).next_power_of_two().max(4) as f64;
            buckets * (entry + 1.0) + 16.0
        });
        (judgement, (entry + 1.0) * 8.0 / 7.0 / every as f64)
    });
}

#[test]
fn there_is_no_verdict_from_a_few_samples() {
    for strides in 1..32 {
        let points = history(strides, Duration::from_secs(1), |stride| {
            1000.0 * stride as f64
        });
        assert_eq!(judge(&points, 0.0, false).verdict, Verdict::TooEarly);
    }
}
