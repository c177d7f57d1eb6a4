//! The lists of source lines: those with the most live bytes, and those that changed most.

use std::fmt::{self, Display, Formatter};

use super::amount::{PerStride, Place};
use super::only::Only;
use super::output::Lines;
use super::text::{Estimate, Kib, Statement, WIDTH, digits, width_of};
use crate::memory::{
    self, Diff, Finding, Mark, OwnerId, PageBuffer, SiteUsage, Snapshot, Trend, growth,
    largest_and_most,
};
use crate::text::Shortened;

/// Returns true for lines of the user's elements and owners, or of the selected elements.
fn is_listed(site: &SiteUsage, only: Option<&Only>) -> bool {
    !site.owner.is_built_in() && only.is_none_or(|only| only.has(site.owner))
}

/// Returns true for lines of built-in owners that are shown below the others, where there is room.
fn is_listed_below(site: &SiteUsage, only: Option<&Only>) -> bool {
    site.owner.is_built_in() && site.owner != OwnerId::PROFILER && only.is_none()
}

/// Returns the findings of `first`, and of `more` as many as make them `top`.
fn joined(top: usize, first: &[Finding], more: &[Finding]) -> PageBuffer<Finding> {
    let mut all = PageBuffer::new();
    for finding in first.iter().chain(more).take(top) {
        // What has no room is in the line for others.
        if !all.push(*finding) {
            break;
        }
    }
    all
}

/// Writes the lines with the most live bytes, and those with the most live blocks if these are others.
pub(super) fn cumulative(now: &Snapshot, top: usize, only: Option<&Only>, out: &mut Lines<'_>) {
    out.put(format_args!(
        "| Top {top} lines of memory usage: cumulative"
    ));
    out.put(format_args!("|"));
    let (by_bytes, by_blocks) = largest_and_most(now, top, |site| is_listed(site, only));
    let is_full = by_bytes.len().min(by_blocks.len()) >= top;
    let below = if is_full { 0 } else { top };
    let (built_in, most_built_in) =
        largest_and_most(now, below, |site| is_listed_below(site, only));
    let by_bytes = joined(top, &by_bytes, &built_in);
    let by_blocks = joined(top, &by_blocks, &most_built_in);
    let mut rest = now.total().live_bytes;
    for (rank, finding) in by_bytes.iter().enumerate() {
        let bytes = finding.site.usage.live_bytes;
        rest = rest.saturating_sub(bytes);
        let error = finding.site.standard_error.live_bytes;
        let kib = Kib::of(bytes);
        let number = Number::Bytes(Estimate { kib, error });
        entry(rank, finding, number, true, out);
    }
    let others = now.live_sites().saturating_sub(by_bytes.len());
    if others > 0 {
        out.put(format_args!("| {others} other: {}", Kib::of(rest)));
    }
    let total = Estimate {
        kib: Kib::of(now.total().live_bytes),
        error: now.standard_error().live_bytes,
    };
    out.put(format_args!("| Total allocated size: {total}"));
    let is_above = |finding: &Finding| {
        let mut above = by_bytes.iter();
        above.any(|above| is_same(&above.site, &finding.site))
    };
    if by_blocks.iter().all(is_above) {
        return;
    }
    out.put(format_args!("|"));
    out.put(format_args!("| Top {top} lines by number of blocks"));
    out.put(format_args!("|"));
    for (rank, finding) in by_blocks.iter().enumerate() {
        let blocks = Number::Blocks(finding.site.usage.live_blocks);
        entry(rank, finding, blocks, !is_above(finding), out);
    }
}

fn is_same(one: &SiteUsage, other: &SiteUsage) -> bool {
    let mark = |site: &SiteUsage| site.mark.map(std::ptr::from_ref::<Mark>);
    one.owner == other.owner && mark(one) == mark(other)
}

/// The start of a difference.
#[derive(Clone, Copy)]
pub(super) enum Since<'a> {
    Previous,
    /// The labels of both snapshots, each in at most so many columns.
    Labels(&'a Diff<'a>, usize),
}

impl Display for Since<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Previous => f.write_str("previous"),
            Self::Labels(diff, columns) => diff.write_labels(f, *columns),
        }
    }
}

impl Since<'_> {
    /// Returns the same in at most `columns`.
    fn within(self, columns: usize) -> Self {
        match self {
            Self::Labels(diff, _) if width_of(&self) > columns => {
                Self::Labels(diff, columns.saturating_sub("`` to ``".len()) / 2)
            }
            _ => self,
        }
    }
}

/// Returns the lines that allocated most since `previous`.
pub(super) fn churn(
    now: &Snapshot,
    previous: &Snapshot,
    top: usize,
    only: Option<&Only>,
) -> PageBuffer<Finding> {
    memory::churn(now, previous, top, |site| is_listed(site, only))
}

/// Writes the lines of `churn`, which allocated most in `strides` strides.
pub(super) fn allocated(churn: &[Finding], strides: u64, top: usize, out: &mut Lines<'_>) {
    out.put(format_args!(
        "| Top {top} lines by bytes allocated per stride"
    ));
    out.put(format_args!("|"));
    for (rank, Finding { site, change, .. }) in (1..).zip(churn) {
        let number = PerStride(change.total_bytes, change.total_blocks, strides);
        entry_of_churn(rank, site, &number, out);
    }
}

fn entry_of_churn(rank: usize, site: &SiteUsage, number: &PerStride, out: &mut Lines<'_>) {
    let name = site.owner.name();
    match site.mark {
        Some(_) => {
            let owner = Shortened {
                text: &name,
                width: 28,
            };
            out.put(format_args!(
                "| #{rank}: {}: {number}   {owner}",
                Place(site)
            ));
        }
        None => {
            let width =
                WIDTH.saturating_sub("| #: : ".len() + digits(rank as u64) + width_of(number));
            let owner = Shortened { text: &name, width };
            out.put(format_args!("| #{rank}: {owner}: {number}"));
        }
    }
}

/// Writes the lines whose live bytes changed most, under a heading that says since when.
pub(super) fn difference(
    diff: &Diff<'_>,
    from: Since<'_>,
    top: usize,
    only: Option<&Only>,
    trends: &[Trend],
    out: &mut Lines<'_>,
) {
    let fixed = "| Top  lines of memory usage: diff from ".len() + digits(top as u64);
    if fixed + width_of(&from) <= WIDTH {
        out.put(format_args!(
            "| Top {top} lines of memory usage: diff from {from}"
        ));
    } else {
        out.put(format_args!("| Top {top} lines of memory usage: diff"));
        let from = from.within(WIDTH - "|   from ".len());
        out.put(format_args!("|   from {from}"));
    }
    out.put(format_args!("|"));
    let changed = |top: usize, include: fn(&SiteUsage, Option<&Only>) -> bool| {
        growth(diff.later(), diff.earlier(), top, move |site| {
            include(site, only)
        })
    };
    let found = changed(top, is_listed);
    let found = joined(
        top,
        &found,
        &changed(top - found.len().min(top), is_listed_below),
    );
    let grows = |finding: &&Finding| {
        let mut alarms = trends.iter().take_while(|trend| trend.verdict.is_alarm());
        alarms.any(|trend| is_same(&trend.site, &finding.site))
    };
    let first = found.iter().filter(grows);
    let others = found.iter().filter(|finding| !grows(finding));
    let mut rest = diff.total().live_bytes;
    for (rank, finding) in first.chain(others).enumerate() {
        rest -= finding.change.live_bytes;
        let number = Number::Bytes(Estimate {
            kib: Kib::of_change(finding.change),
            error: finding.change_error,
        });
        entry(rank, finding, number, true, out);
    }
    if rest != 0 {
        out.put(format_args!("| other: {}", Kib::signed(rest)));
    }
    let total = Estimate {
        kib: Kib::of_change(diff.total()),
        error: diff.total_error(),
    };
    let from = from.within(WIDTH.saturating_sub("| Change from  ".len() + width_of(&total)));
    out.put(format_args!("| Change from {from} {total}"));
}

/// The number by which a list ranks its lines.
#[derive(Clone, Copy)]
enum Number {
    Bytes(Estimate),
    Blocks(u64),
}

impl Display for Number {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bytes(bytes) => Display::fmt(bytes, f),
            Self::Blocks(1) => f.write_str("1 block"),
            Self::Blocks(blocks) => write!(f, "{blocks} blocks"),
        }
    }
}

/// The texts of one line of source.
struct Texts<'a> {
    owner: &'a str,
    statement: Option<StatementAt<'a>>,
}

struct StatementAt<'a> {
    file: &'a str,
    line: u32,
    /// Empty if it is not to be shown.
    text: &'a str,
}

/// Writes one line of source: its location, its number, its owner, and its text unless it was written before.
fn entry(rank: usize, finding: &Finding, number: Number, with_text: bool, out: &mut Lines<'_>) {
    let texts = Texts {
        owner: &finding.site.owner.name(),
        statement: finding.site.mark.map(|mark| StatementAt {
            file: mark.file(),
            line: mark.line(),
            text: if with_text { mark.text() } else { "" },
        }),
    };
    show(rank, &texts, number, out);
}

fn show(rank: usize, texts: &Texts<'_>, number: Number, out: &mut Lines<'_>) {
    let rank = rank + 1;
    let number_width = width_of(&number);
    let Some(StatementAt { file, line, text }) = texts.statement else {
        let fixed = "| #: : ".len() + digits(rank as u64);
        let owner = Shortened {
            text: texts.owner,
            width: WIDTH.saturating_sub(fixed + number_width),
        };
        out.put(format_args!("| #{rank}: {owner}: {number}"));
        return;
    };
    let owner = Shortened {
        text: texts.owner,
        width: 28,
    };
    // In full, even where that makes a wide line: a path can be clicked and searched, a part of it cannot, and one file
    // looks the same in all rows.
    let file = Shortened {
        text: file,
        width: usize::MAX,
    };
    out.put(format_args!("| #{rank}: {file}:{line}: {number}   {owner}"));
    if !text.is_empty() {
        let text = Statement {
            text,
            width: WIDTH - 6,
        };
        out.put(format_args!("|     {text}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::hostile::{MILLION, shows_no_harm};

    #[test]
    fn hostile_paths_and_statements_and_names_behind_them() {
        shows_no_harm(1, MILLION, 3, 2, |hostile, out| {
            let (file, text) = (hostile.next_texts(3), hostile.next_texts(3));
            let texts = Texts {
                owner: &hostile.next_text(),
                statement: Some(StatementAt {
                    file: &file,
                    line: 123,
                    text: &text,
                }),
            };
            show(9, &texts, Number::Blocks(12), out);
        });
    }

    #[test]
    fn hostile_names_without_a_statement() {
        shows_no_harm(2, MILLION, 3, 1, |hostile, out| {
            let texts = Texts {
                owner: &hostile.next_texts(3),
                statement: None,
            };
            show(9, &texts, Number::Blocks(12), out);
        });
    }
}
