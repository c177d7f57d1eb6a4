//! The memory report as events with fields, for subscribers that want numbers in the place of lines.

use std::fmt;

use super::names::MEMORY_TARGET;
use super::subscriber;
use crate::memory::{LineHolder, LineHolders, Snapshot, Trend, Trends};
use crate::text::split_pad;

/// Returns true if the application's own subscriber takes the events of this file.
///
/// Ours prints the lines of the report, which say the same.
pub(crate) fn hears_memory_events() -> bool {
    !subscriber::is_ours() && tracing::enabled!(target: MEMORY_TARGET, tracing::Level::INFO)
}

/// Says what a report found, an event a line that leaks or grows, and an event for the report.
pub(crate) fn memory_events(
    now: &Snapshot,
    trends: &Trends,
    holders: Option<&LineHolders>,
    (stride, seconds): (u64, f64),
    cause: &dyn fmt::Display,
) {
    if !hears_memory_events() {
        return;
    }
    let alarms = || trends.iter().filter(|trend| trend.verdict.is_alarm());
    for trend in alarms() {
        let holder = holders.and_then(|holders| match holders.largest(&trend.site)?.holder {
            LineHolder::Named(name) => Some(name),
            LineHolder::Nobody => None,
        });
        finding(trend, holder, stride);
    }
    let total = now.total();
    tracing::info!(
        target: MEMORY_TARGET,
        stride,
        seconds,
        cause = %cause,
        live_bytes = total.live_bytes,
        live_blocks = total.live_blocks,
        total_bytes = total.total_bytes,
        total_blocks = total.total_blocks,
        coverage = now.coverage(),
        is_estimate = now.samples().is_some(),
        findings = alarms().count() as u64,
        "memory report",
    );
}

fn finding(trend: &Trend, holder: Option<&str>, stride: u64) {
    let owner = trend.site.owner.name();
    let (element, _) = split_pad(owner.as_str());
    let mark = trend.site.mark;
    tracing::warn!(
        target: MEMORY_TARGET,
        verdict = %trend.verdict,
        stride,
        element,
        pad = owner.as_str(),
        file = mark.map(|mark| mark.file()),
        line = mark.map(|mark| mark.line()),
        statement = mark.map(|mark| mark.text()),
        live_bytes = trend.site.usage.live_bytes,
        live_blocks = trend.site.usage.live_blocks,
        bytes_per_stride = trend.bytes_per_stride,
        blocks_per_stride = trend.blocks_per_stride,
        bytes_per_second = trend.bytes_per_second,
        since_stride = trend.since_stride,
        unreachable_bytes = trend.unreachable.bytes,
        unreachable_blocks = trend.unreachable.blocks,
        held_by = holder,
        "memory finding",
    );
}
