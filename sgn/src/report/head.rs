//! The head of a report: the progress of the run, and the lines that leak or grow.

use std::fmt::{self, Display, Formatter};

use super::amount::{Estimated, PerStride, Place, Size, Time, shortened};
use super::moment::{Cause, Progress};
use super::only::Only;
use super::output::Lines;
use super::text::{WIDTH, width_of};
use crate::memory::{Blocks, Change, Finding, LineHolder, LineHolders, Trend, Trends, Verdict};
use crate::text::Shortened;

/// The most findings that are shown, of two lines each.
const FINDINGS: usize = 4;

/// The bytes and the blocks that a line has to allocate in a stride to be a finding, although nothing grows.
const MUCH_BYTES: u64 = 1 << 20;
const MANY_BLOCKS: u64 = 1000;

/// Writes where the run is, and why it reports.
pub(super) fn progress(progress: Option<Progress>, strides: u64, out: &mut Lines<'_>) {
    let plural = if strides == 1 { "stride" } else { "strides" };
    let Some(Progress {
        stride,
        time,
        interval,
        cause,
    }) = progress
    else {
        out.put(format_args!(
            "| On demand: {strides} {plural} since the report before"
        ));
        return;
    };
    let (time, interval) = (Time(time), Time(interval));
    match cause {
        Cause::FirstStride => out.put(format_args!("| First stride: stride {stride} at {time}")),
        Cause::Strides(_) => out.put(format_args!(
            "| {cause}: stride {stride} at {time}, {interval} later"
        )),
        _ => out.put(format_args!(
            "| {cause}: stride {stride} at {time}, {strides} {plural} in {interval}"
        )),
    }
}

impl Display for Cause {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::FirstStride => f.write_str("First stride"),
            Self::Time(time) => write!(f, "Every {time:?}"),
            Self::Strides(1) => f.write_str("Every stride"),
            Self::Strides(strides) => write!(f, "Every {strides} strides"),
            Self::End => f.write_str("End of run"),
            Self::Demand => f.write_str("On demand"),
            Self::Error => f.write_str("Error"),
            Self::Recorded => f.write_str("Recorded"),
        }
    }
}

/// Writes the worst findings; one line if there is none.
///
/// `churn` is the line that allocated most since the report before, and its change in `strides` strides.
pub(super) fn findings(
    trends: &Trends,
    holders: Option<&LineHolders>,
    churn: Option<&Finding>,
    strides: u64,
    only: Option<&Only>,
    out: &mut Lines<'_>,
) {
    let is_shown = |trend: &&Trend| only.is_none_or(|only| only.has(trend.site.owner));
    let alarms = || {
        trends
            .iter()
            .filter(is_shown)
            .filter(|trend| trend.verdict.is_alarm())
    };
    for trend in alarms().take(FINDINGS) {
        finding(trend, holders, out);
    }
    let more = alarms().count().saturating_sub(FINDINGS);
    if more > 0 {
        let plural = if more == 1 {
            "line leaks or grows"
        } else {
            "lines leak or grow"
        };
        out.put(format_args!("| {more} more {plural}"));
    }
    if alarms().next().is_some() {
        return;
    }
    if trends
        .iter()
        .all(|trend| trend.verdict == Verdict::TooEarly)
    {
        out.put(format_args!("| Too early to tell what grows"));
        return;
    }
    let nothing = "| No leak, no growth";
    let per_stride = |amount: u64| amount as f64 / strides.max(1) as f64;
    match churn {
        None => out.put(format_args!("{nothing}")),
        Some(Finding { site, change, .. }) if is_much(*change, strides) => {
            out.put(format_args!("{nothing}"));
            let rest = PerStride(change.total_bytes, change.total_blocks, strides);
            out.put(format_args!(
                "| CHURN {}: {rest} per stride",
                shortened(site, 19 + width_of(&rest))
            ));
            out.put(format_args!("|     at {}", Place(site)));
        }
        Some(Finding { site, change, .. }) => out.put(format_args!(
            "{nothing}; most allocated: {} per stride at {}",
            Size(per_stride(change.total_bytes)),
            Place(site)
        )),
    }
}

fn is_much(change: Change, strides: u64) -> bool {
    let strides = strides.max(1);
    change.total_bytes / strides >= MUCH_BYTES || change.total_blocks / strides >= MANY_BLOCKS
}

/// The slope of a growth, and its start.
struct Slope<'a>(&'a Trend);

impl Display for Slope<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Trend {
            bytes_per_stride,
            since_stride,
            ..
        } = self.0;
        let about = if self.0.is_estimate() {
            "estimated "
        } else {
            ""
        };
        write!(
            f,
            "{about}{} per stride since stride {since_stride}",
            Size(*bytes_per_stride)
        )
    }
}

/// The blocks of a leak that cannot be reached.
struct Lost<'a>(&'a Trend);

impl Display for Lost<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Blocks { bytes, blocks, .. } = self.0.unreachable;
        let plural = if blocks == 1 { "block" } else { "blocks" };
        write!(
            f,
            "{} in {blocks} {plural} cannot be reached",
            Size(bytes as f64)
        )
    }
}

/// Writes two lines: who leaks or grows, and by how much; and where.
fn finding(trend: &Trend, holders: Option<&LineHolders>, out: &mut Lines<'_>) {
    let site = &trend.site;
    let place = Place(site);
    let held = HeldBy(
        holders.and_then(|holders| match holders.largest(site)?.holder {
            LineHolder::Named(name) => Some(name),
            LineHolder::Nobody => None,
        }),
    );
    if trend.verdict == Verdict::Leaks {
        let lost = Lost(trend);
        out.put(format_args!(
            "| LEAK {}: {lost}",
            shortened(site, 7 + width_of(&lost))
        ));
        match trend.bytes_per_stride > 0.0 {
            true => out.put(format_args!("|     at {place}, {}{held}", Slope(trend))),
            false => out.put(format_args!("|     at {place}{held}")),
        }
        return;
    }
    let slope = Slope(trend);
    out.put(format_args!(
        "| GROWS {}: {slope}",
        shortened(site, 8 + width_of(&slope))
    ));
    out.put(format_args!("|     at {place}{held}"));
}

struct HeldBy<'a>(Option<&'a str>);

impl Display for HeldBy<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(text) => write!(f, ", held by {}", Shortened { text, width: 40 }),
            None => Ok(()),
        }
    }
}

/// Writes the lines that leak or grow, with the numbers that say so.
pub(super) fn evidence(trends: &Trends, top: usize, only: Option<&Only>, out: &mut Lines<'_>) {
    let is_shown = |trend: &&Trend| only.is_none_or(|only| only.has(trend.site.owner));
    let mut growing = trends
        .iter()
        .filter(is_shown)
        .filter(|trend| trend.bytes_per_stride > 0.0)
        .take(top)
        .peekable();
    if growing.peek().is_some() {
        out.put(format_args!(
            "| Top {top} lines that grow: least live in each fifth of the time since"
        ));
        out.put(format_args!("|"));
        for (rank, trend) in (1..).zip(growing) {
            let slope = Estimated(trend.bytes_per_stride, trend.slope_error);
            let owner = shortened(&trend.site, WIDTH - 28);
            out.put(format_args!(
                "| #{rank}: {}: {slope} per stride   {owner}",
                Place(&trend.site)
            ));
            let [first, second, third, fourth, last] = trend.fifths.map(|bytes| Size(bytes as f64));
            out.put(format_args!(
                "|     {first}, {second}, {third}, {fourth}, {last}"
            ));
            if trend.bytes_per_second > 0.0 {
                out.put(format_args!(
                    "|     {} a second, in {:.1} blocks per stride",
                    Size(trend.bytes_per_second),
                    trend.blocks_per_stride
                ));
            }
        }
        out.put(format_args!("|"));
    }
    if trends.left_out() > 0 {
        out.put(format_args!(
            "| {} smaller lines are not judged",
            trends.left_out()
        ));
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::memory::{Held, Mark, OwnerId, SiteUsage, Snapshot, Usage};
    use crate::report::hostile::{MILLION, shows_no_harm};

    static MARK: Mark = Mark::new("src/cache.rs", 7, "cache.push(entry);");

    fn trend(verdict: Verdict) -> Trend {
        let mut trend = Trend::of_nothing(OwnerId::UNATTRIBUTED, Some(&MARK));
        trend.verdict = verdict;
        trend.since_stride = 12;
        trend.site.usage = Usage {
            live_bytes: 4096,
            ..Usage::default()
        };
        trend
    }

    fn printed(trends: Trends, holders: Option<&LineHolders>) -> String {
        let mut text = String::new();
        let mut line = |line: &str| text = format!("{text}{line}\n");
        findings(&trends, holders, None, 1, None, &mut Lines::to(&mut line));
        text
    }

    #[test]
    fn a_growth_says_who_how_much_since_when_and_where() {
        let mut grows = trend(Verdict::Grows);
        (grows.bytes_per_stride, grows.bytes_per_second) = (102.4, 2048.0);
        let found = printed(Trends::of(&[grows, trend(Verdict::Steady)]), None);
        let expected = "| GROWS (unattributed): 102.4 B per stride since stride 12\n\
                        |     at src/cache.rs:7\n";
        assert_eq!(found, expected);
    }

    #[test]
    fn a_census_says_what_leaks_and_who_holds_the_rest() {
        let mut holders = LineHolders::new();
        let held = |holder, bytes| Held {
            holder,
            bytes,
            blocks: 2,
        };
        for (holder, bytes) in [
            (LineHolder::Named("count.names"), 10),
            (LineHolder::Named("count.sessions"), 900),
            (LineHolder::Nobody, 2048),
        ] {
            assert!(holders.push(OwnerId::UNATTRIBUTED, Some(&MARK), &held(holder, bytes)));
        }
        let mut leaks = trend(Verdict::Leaks);
        leaks.unreachable = holders.unreachable(&leaks.site);
        let found = printed(Trends::of(&[leaks]), Some(&holders));
        let expected = "| LEAK (unattributed): 2.0 KiB in 2 blocks cannot be reached\n\
                        |     at src/cache.rs:7, held by count.sessions\n";
        assert_eq!(found, expected);
        let other = trend(Verdict::Grows);
        let elsewhere = SiteUsage {
            mark: None,
            ..other.site
        };
        assert!(holders.largest(&elsewhere).is_none());
    }

    #[test]
    fn nothing_that_grows_is_one_line() {
        assert_eq!(
            printed(Trends::of(&[trend(Verdict::TooEarly)]), None),
            "| Too early to tell what grows\n"
        );
        let healthy = [trend(Verdict::Steady), trend(Verdict::ComesAndGoes)];
        assert_eq!(
            printed(Trends::of(&healthy), None),
            "| No leak, no growth\n"
        );
    }

    #[test]
    fn many_findings_are_at_most_nine_lines() {
        let mut grows = trend(Verdict::Grows);
        grows.bytes_per_stride = 1.0;
        let found = printed(Trends::of(&[grows; 6]), None);
        assert_eq!(found.lines().count(), 9, "{found}");
        assert!(found.ends_with("| 2 more lines leak or grow\n"), "{found}");
    }

    #[test]
    fn the_progress_fits_a_line() {
        let mut widest = 0;
        let mut line = |line: &str| widest = widest.max(line.chars().count());
        for cause in [
            Cause::FirstStride,
            Cause::Time(Duration::from_secs(1)),
            Cause::Strides(1000),
            Cause::End,
        ] {
            for days in [0, 1, 100] {
                let time = Duration::from_secs(days * 86_400);
                let progress = Progress {
                    stride: 1_000_000_000,
                    time,
                    interval: Duration::from_secs(1),
                    cause,
                };
                super::progress(Some(progress), 1000, &mut Lines::to(&mut line));
            }
        }
        assert!(widest <= WIDTH, "{widest}");
    }

    #[test]
    fn hostile_names_of_holders() {
        shows_no_harm(6, MILLION, 3, 1, |hostile, out| {
            out.put(format_args!("|{}", HeldBy(Some(&hostile.next_texts(3)))));
        });
    }

    #[test]
    fn a_snapshot_without_samples_has_no_verdict() {
        let mut history = crate::memory::History::new();
        let trends = Trends::find(&mut history, &Snapshot::take(), None);
        assert_eq!(printed(trends, None), "| Too early to tell what grows\n");
    }
}
