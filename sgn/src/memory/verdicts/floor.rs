//! The floor of a history: at each moment the least that was live from then on.
//!
//! Blocks that come and go are above the floor; only those that stay make it rise.

use crate::memory::growth::history::Point;
use crate::memory::sys::pages::PageBuffer;

/// The least live bytes in a window of time, with its moment, and the most.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Window {
    pub(super) stride: f64,
    pub(super) least: f64,
    pub(super) most: f64,
    count: usize,
}

/// Returns the least and the most live bytes in each of `N` equal parts of the time of `points`; `None` if a part has
/// fewer than `enough` points.
pub(super) fn windows<const N: usize>(points: &[Point], enough: usize) -> Option<[Window; N]> {
    let (first, last) = (points.first()?.stride, points.last()?.stride);
    let length = (last - first).max(1) as f64;
    let mut windows = [Window::default(); N];
    for point in points {
        let place = (point.stride - first) as f64 / length * N as f64;
        let window = &mut windows[(place as usize).min(N - 1)];
        let bytes = point.bytes as f64;
        if window.count == 0 || bytes < window.least {
            window.least = bytes;
            window.stride = point.stride as f64;
        }
        window.most = if window.count == 0 {
            bytes
        } else {
            window.most.max(bytes)
        };
        window.count += 1;
    }
    windows
        .iter()
        .all(|window| window.count >= enough)
        .then_some(windows)
}

/// Writes the floor at each of `points` to `floor`, which is emptied before; `false` if there is no page for it.
pub(super) fn write(points: &[Point], floor: &mut PageBuffer<u64>) -> bool {
    floor.clear();
    for point in points {
        if !floor.push(point.bytes) {
            return false;
        }
    }
    for index in (1..floor.len()).rev() {
        floor[index - 1] = floor[index - 1].min(floor[index]);
    }
    true
}

/// A line through points: its slope is the median of the slopes of all pairs of them (Theil and Sen).
///
/// So a window that is not like the others, as that of a table made at the start, does not turn it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fit {
    pub(super) slope: f64,
    /// The standard error of the slope, by the distances of the points from the line.
    pub(super) error: f64,
    /// The bytes of the line at stride zero.
    start: f64,
}

impl Fit {
    /// The most windows that are fitted.
    const MOST: usize = 10;

    /// Returns the line through the least bytes of `windows`, of which the first ten count.
    pub(super) fn of(windows: &[Window]) -> Self {
        let windows = &windows[..windows.len().min(Self::MOST)];
        let mut slopes = [0.0; Self::MOST * (Self::MOST - 1) / 2];
        let mut pairs = 0;
        for (index, later) in windows.iter().enumerate() {
            for earlier in &windows[..index] {
                let strides = later.stride - earlier.stride;
                slopes[pairs] = (later.least - earlier.least) / strides.max(1.0);
                pairs += 1;
            }
        }
        let slope = median(&mut slopes[..pairs]);
        let mut starts = [0.0; Self::MOST];
        for (start, window) in starts.iter_mut().zip(windows) {
            *start = window.least - slope * window.stride;
        }
        let start = median(&mut starts[..windows.len()]);
        let count = windows.len() as f64;
        let middle = windows.iter().map(|window| window.stride).sum::<f64>() / count;
        let spread = windows
            .iter()
            .map(|window| (window.stride - middle).powi(2))
            .sum::<f64>();
        let rest = windows
            .iter()
            .map(|window| (window.least - start - slope * window.stride).powi(2));
        let error = (rest.sum::<f64>() / (count - 2.0).max(1.0) / spread.max(1.0)).sqrt();
        Self {
            slope,
            error,
            start,
        }
    }

    /// Returns the bytes of the line at `stride`.
    pub(super) fn at(&self, stride: f64) -> f64 {
        self.start + self.slope * stride
    }

    /// Returns the stride at which the line has `bytes`.
    pub(super) fn reaches(&self, bytes: f64) -> f64 {
        (bytes - self.start) / self.slope
    }
}

/// Returns the median; zero of nothing.
fn median(values: &mut [f64]) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values {
        [] => 0.0,
        values if values.len().is_multiple_of(2) => {
            f64::midpoint(values[middle - 1], values[middle])
        }
        values => values[middle],
    }
}
