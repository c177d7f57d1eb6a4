//! Judges one line by its history.
//!
//! A line *grows* if the least that it had live in each later fifth of some time up to now rises, by amounts that do
//! not become less and less, and that are not small beside what comes and goes. The longest such time counts. Before
//! it, the line must never have given back as much as it has taken since, and must not have grown faster: what was
//! released before, as by a cache that is emptied now and then, may be released again, and what grows more and more
//! slowly is being filled.

use std::time::Duration;

use crate::memory::growth::history::Point;
use crate::memory::sys::pages::PageBuffer;
use crate::memory::verdicts::doubling;
use crate::memory::verdicts::floor::{self, Fit, Window, windows};
use crate::memory::verdicts::verdict::Verdict;

/// The fewest samples that allow a judgement.
const ENOUGH: usize = 32;
/// The fewest samples in a fifth.
const IN_A_FIFTH: usize = 3;

/// The fewest rises of the floor that show a growth.
const RISES: usize = 12;

/// The result of judging a line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Judgement {
    pub(super) verdict: Verdict,
    /// Bytes a stride, and their standard error; zero unless the line grows.
    pub(super) slope: f64,
    pub(super) error: f64,
    pub(super) since: u64,
    /// The least live bytes in each fifth of the time since then.
    pub(super) fifths: [u64; 5],
}

/// Judges a line by `points`.
///
/// `error` is the standard error of its live bytes, and `was_growing` says that it grew when it was last judged: then
/// less evidence is needed that it still does.
pub(super) fn judge(points: &[Point], error: f64, was_growing: bool) -> Judgement {
    let mut floor = PageBuffer::new();
    let mut judgement = Judgement {
        verdict: Verdict::TooEarly,
        slope: 0.0,
        error: 0.0,
        since: points.first().map_or(0, |point| point.stride),
        fifths: fifths(points),
    };
    if points.len() < ENOUGH || !floor::write(points, &mut floor) {
        return judgement;
    }
    if let Some(growth) = find_growth(points, &floor, error, was_growing) {
        return growth;
    }
    judgement.verdict = verdict_without_growth(points);
    judgement
}

fn fifths(points: &[Point]) -> [u64; 5] {
    let found = windows::<5>(points, 0).unwrap_or_default();
    found.map(|window| window.least as u64)
}

fn find_growth(
    points: &[Point],
    floor: &[u64],
    error: f64,
    was_growing: bool,
) -> Option<Judgement> {
    let (first, last) = (floor.first()?, floor.last()?);
    if (last - first) as f64 <= 3.0 * error || first == last {
        return None;
    }
    if let Some(found) = doubling::find(points, floor) {
        let since = points
            .iter()
            .position(|point| point.stride >= found.since)?;
        return Some(Judgement {
            verdict: Verdict::Grows,
            slope: found.slope,
            error: found.error,
            since: found.since,
            fifths: fifths(&points[since..]),
        });
    }
    let mut start = 0;
    let mut share = 0;
    while points.len() - start >= 5 * IN_A_FIFTH {
        if let Some(found) = steady_growth(points, floor, start, error, was_growing) {
            return Some(found);
        }
        // The next start is an eighth of the time later, and from the last eighth on in the middle of what is left.
        share += 1;
        let (begin, end) = (points[0].stride, points[points.len() - 1].stride);
        let next = match share {
            ..=7 => begin + (end - begin) * share / 8,
            _ => points[start].stride.midpoint(end),
        };
        start = points
            .partition_point(|point| point.stride < next)
            .max(start + 1);
    }
    None
}

/// The least of windows rises by amounts that do not become less and less.
fn rises(windows: &[Window], least_share: f64) -> bool {
    let mut most: f64 = 0.0;
    let mean = (windows[windows.len() - 1].least - windows[0].least) / (windows.len() - 1) as f64;
    windows.windows(2).all(|pair| {
        let rise = pair[1].least - pair[0].least;
        let is_enough = rise > 0.0 && rise >= least_share * most && rise <= 2.4 * mean;
        most = most.max(rise);
        is_enough
    })
}

/// The least of ten windows is on a line that rises, as far as noise allows.
fn is_straight(points: &[Point], least_share: f64) -> bool {
    let Some(tenths) = windows::<10>(points, 4) else {
        return false;
    };
    let (fit, [first, second]) = (Fit::of(&tenths), [&tenths[..5], &tenths[5..]].map(Fit::of));
    fit.slope > 8.0 * fit.error
        && second.slope >= (least_share + 0.1) * first.slope
        && first.slope > 0.0
}

/// Returns by how much the bytes in a window differ beyond the growth.
fn swing(windows: &[Window], growth: f64) -> f64 {
    let swings = windows
        .iter()
        .map(|window| window.most - window.least - growth);
    swings.fold(0.0, f64::max)
}

/// Finds a growth that lasts from the point `start` to the last one.
fn steady_growth(
    points: &[Point],
    floor: &[u64],
    start: usize,
    error: f64,
    was_growing: bool,
) -> Option<Judgement> {
    let (before, since) = points.split_at(start);
    let fifths = windows::<5>(since, IN_A_FIFTH)?;
    let rise = fifths[4].least - fifths[0].least;
    let (least_share, beside) = if was_growing { (0.2, 0.5) } else { (0.4, 1.0) };
    if !(rises(&fifths, least_share) || is_straight(since, least_share)) || rise <= 3.0 * error {
        return None;
    }
    let mean = rise / 4.0;
    if rise < beside * swing(&fifths, mean) {
        // Less than what comes and goes needs more windows.
        let eighths = windows::<8>(since, 4)?;
        let mean = (eighths[7].least - eighths[0].least) / 7.0;
        if !rises(&eighths, least_share) || rise < beside / 4.0 * swing(&eighths, mean) {
            return None;
        }
    }
    let rises_of_floor = floor[start..]
        .windows(2)
        .filter(|pair| pair[0] < pair[1])
        .count();
    if rises_of_floor < RISES || is_little(before, since, rise) {
        return None;
    }
    if has_stopped(since, &floor[start..]) || gave_back(before, fifths[0].least) > 0.5 * rise {
        return None;
    }
    let fit = fit(since);
    if fit.slope <= 0.0 || was_faster(before, floor, since, fit.slope) {
        return None;
    }
    let length = since.last()?.stride - since.first()?.stride;
    Some(Judgement {
        verdict: Verdict::Grows,
        slope: fit.slope,
        error: fit.error.hypot(error / length.max(1) as f64),
        since: begin(before, floor, since, &fit, mean),
        fifths: fifths.map(|window| window.least as u64),
    })
}

fn fit(points: &[Point]) -> Fit {
    match windows::<10>(points, IN_A_FIFTH) {
        Some(tenths) => Fit::of(&tenths),
        None => Fit::of(&windows::<5>(points, 1).unwrap_or_default()),
    }
}

/// Returns true for a rise in the last quarter of the time that is little beside what there was before: what is nearly
/// full grows by a little now and then.
fn is_little(before: &[Point], since: &[Point], rise: f64) -> bool {
    let (begin, end) = (since[0].stride, since[since.len() - 1].stride);
    let all = before.first().map_or(0, |first| end - first.stride);
    let is_short = end - begin < all / 4;
    is_short && rise < 0.01 * since[0].bytes as f64
}

/// Returns true if the floor has not risen for a time in which it should have.
fn has_stopped(points: &[Point], floor: &[u64]) -> bool {
    let mut rises = 0;
    let mut last = points[0].stride;
    for (point, floors) in points[1..].iter().zip(floor.windows(2)) {
        if floors[0] < floors[1] {
            rises += 1;
            last = point.stride;
        }
    }
    let end = points[points.len() - 1].stride;
    let length = (end - points[0].stride) as f64;
    (end - last) as f64 > (3.0 * length / f64::from(rises.max(1))).max(0.1 * length)
}

/// Returns the most that was ever given back before there was only `least`.
fn gave_back(before: &[Point], least: f64) -> f64 {
    let (mut most, mut back) = (0.0_f64, 0.0_f64);
    for bytes in before.iter().map(|point| point.bytes as f64).chain([least]) {
        most = most.max(bytes);
        back = back.max(most - bytes);
    }
    back
}

/// Returns true if the floor rose faster in most of the time before, up to 16 times as long as since.
///
/// In most of it, not on average: a table that is made at the start does not hide a leak.
fn was_faster(before: &[Point], floor: &[u64], since: &[Point], slope: f64) -> bool {
    const PARTS: u64 = 8;
    let (begin, end) = (since[0].stride, since[since.len() - 1].stride);
    let from = begin.saturating_sub((end - begin).saturating_mul(16));
    let from = from.max(before.first().map_or(begin, |first| first.stride));
    if before.len() < 4 {
        return false;
    }
    let floor_at = |stride: u64| {
        let index = before.partition_point(|point| point.stride < stride);
        (before.get(index).unwrap_or(&since[0]).stride, floor[index])
    };
    let is_fast = |part: &u64| {
        let edge = |part: u64| floor_at(from + (begin - from) * part / PARTS);
        let ((first, low), (last, high)) = (edge(*part), edge(part + 1));
        (high - low) as f64 > 1.3 * slope * (last - first) as f64
    };
    (0..PARTS).filter(is_fast).count() as u64 > PARTS / 2
}

/// Returns the stride at which the growth began: where the line that fits meets what there was before.
fn begin(before: &[Point], floor: &[u64], since: &[Point], fit: &Fit, mean: f64) -> u64 {
    let mut first = since[0].stride;
    // As long as the floor is on the line, the growth has begun earlier.
    for (point, floor) in before.iter().zip(floor).rev() {
        let off = *floor as f64 - fit.at(point.stride as f64);
        if off.abs() > 0.5 * mean {
            let meets = fit.reaches(*floor as f64);
            return (meets.max(point.stride as f64) as u64).min(first);
        }
        first = point.stride;
    }
    first
}

/// Judges a line that does not grow.
fn verdict_without_growth(points: &[Point]) -> Verdict {
    let third = |from: usize, to: usize| &points[points.len() * from / 3..points.len() * to / 3];
    let least = |points: &[Point]| points.iter().map(|point| point.bytes).min().unwrap_or(0) as f64;
    let most = |points: &[Point]| points.iter().map(|point| point.bytes).max().unwrap_or(0) as f64;
    let later = &points[points.len() / 10..];
    let now = third(2, 3);
    let swing = most(now) - least(now);
    if most(later) - least(later) <= 0.05 * most(later) {
        Verdict::Steady
    } else if swing <= 0.5 * (least(now) - least(&points[..points.len() / 10 + 1]))
        && least(now) >= 0.9 * most(third(0, 2))
    {
        Verdict::Stopped
    } else {
        Verdict::ComesAndGoes
    }
}

/// Returns the strides a second since `stride`, by the points.
pub(super) fn strides_a_second(points: &[Point], stride: u64) -> f64 {
    let first = points.iter().find(|point| point.stride >= stride);
    let (Some(first), Some(last)) = (first, points.last()) else {
        return 0.0;
    };
    let time = last.at.saturating_sub(first.at);
    match time {
        Duration::ZERO => 0.0,
        time => (last.stride - first.stride) as f64 / time.as_secs_f64(),
    }
}

/// Returns the slope of the least live blocks from the first to the last fifth of the points since `stride`.
pub(super) fn blocks_a_stride(points: &[Point], stride: u64) -> f64 {
    let since = &points[points.partition_point(|point| point.stride < stride)..];
    let least = |part: &[Point]| part.iter().min_by_key(|point| point.blocks).copied();
    let fifth = since.len() / 5;
    let ends = (least(&since[..fifth]), least(&since[since.len() - fifth..]));
    let (Some(first), Some(last)) = ends else {
        return 0.0;
    };
    let blocks = f64::from(last.blocks) - f64::from(first.blocks);
    blocks / last.stride.saturating_sub(first.stride).max(1) as f64
}
