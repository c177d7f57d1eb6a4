//! Blocks that double when they are full, as those of `Vec`, `String`, `VecDeque` and `HashMap` do.
//!
//! Such a block is the same for a long time, and has grown nevertheless: what it holds is not seen. When it doubles, it
//! was full, so its size before is what it held then. As it holds more with each stride, the next doubling comes when
//! twice the time since the beginning has passed. Until then it is growing; if no doubling comes, it has stopped.

use crate::memory::growth::history::Point;
use crate::memory::sys::pages::PageBuffer;

/// The fewest doublings that show a growth.
const ENOUGH: usize = 4;

/// A growth by doublings.
#[derive(Clone, Copy, Debug)]
pub(super) struct Doubling {
    /// The bytes that were held at a doubling, by the strides to it.
    pub(super) slope: f64,
    pub(super) error: f64,
    pub(super) since: u64,
}

/// A rise of the floor between two neighbouring samples.
#[derive(Clone, Copy)]
struct Rise {
    stride: f64,
    /// The distance from the stride to either sample.
    half: f64,
    bytes: f64,
}

/// Finds a growth by doublings that goes on at the last of `points`, of which `floor` is the floor.
pub(super) fn find(points: &[Point], floor: &[u64]) -> Option<Doubling> {
    let mut rises = PageBuffer::new();
    for (pair, floors) in points
        .windows(2)
        .zip(floor.windows(2))
        .filter(|(_, floors)| floors[0] < floors[1])
    {
        let (from, to) = (pair[0].stride as f64, pair[1].stride as f64);
        let rise = Rise {
            stride: f64::midpoint(from, to),
            half: (to - from) / 2.0,
            bytes: (floors[1] - floors[0]) as f64,
        };
        if !rises.push(rise) {
            return None;
        }
    }
    // What else comes and goes on the line.
    let largest = rises.iter().map(|rise| rise.bytes).fold(0.0, f64::max);
    let first = rises
        .iter()
        .rposition(|rise| rise.bytes < largest / 64.0)
        .map_or(0, |small| small + 1);
    let rises = &rises[first..];
    let last = rises.len().checked_sub(ENOUGH)?;
    let [first, second, third, fourth] = rises[last..] else {
        return None;
    };
    let gap = |earlier: Rise, later: Rise| later.stride - earlier.stride;
    let gaps = [gap(first, second), gap(second, third), gap(third, fourth)];
    let is_double = |small: Rise, large: Rise| (1.6..=2.5).contains(&(large.bytes / small.bytes));
    let is_later = |before: f64, after: f64| (1.4..=2.8).contains(&(after / before));
    let doubles = is_double(first, second) && is_double(second, third) && is_double(third, fourth);
    if !doubles || !is_later(gaps[0], gaps[1]) || !is_later(gaps[1], gaps[2]) {
        return None;
    }
    let (now, begin) = (points.last()?, points.first()?);
    let passed = now.stride as f64 - fourth.stride;
    let expected = 2.2 * gaps[2] + fourth.half;
    let twice = 1.1 * (fourth.stride - begin.stride as f64) + fourth.half;
    // Something of the size of the block that comes and goes would hide that it shrinks.
    let above = points
        .iter()
        .zip(floor)
        .map(|(point, floor)| point.bytes - floor);
    let comes_and_goes = above.max().unwrap_or(0) as f64;
    if passed > expected.min(twice) || comes_and_goes > fourth.bytes {
        return None;
    }
    let (bytes, strides) = (fourth.bytes - first.bytes, gap(first, fourth));
    let slope = bytes / strides;
    Some(Doubling {
        slope,
        error: slope * (first.half + fourth.half) / 3.0_f64.sqrt() / strides,
        since: (fourth.stride - fourth.bytes / slope).max(begin.stride as f64) as u64,
    })
}
