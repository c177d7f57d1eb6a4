//! The two lists of source lines: what is there, and what changed.

use super::text::{Kib, Shortened, Statement, WIDTH, digits};
use super::{Lines, change};
use crate::memory::{Finding, OwnerId, SiteUsage, Snapshot, growth, largest};

/// The lists are about the user's program.
fn not_the_profiler(site: &SiteUsage) -> bool {
    site.owner != OwnerId::PROFILER
}

/// The lines with the most live bytes.
pub(super) fn cumulative(now: &Snapshot, top: usize, out: &mut Lines<'_>) {
    out.put(format_args!(
        "| Top {top} lines of memory usage: cumulative"
    ));
    out.put(format_args!("|"));
    let found = largest(now, top, not_the_profiler);
    let mut rest = now.total().live_bytes;
    for (rank, finding) in found.iter().enumerate() {
        rest = rest.saturating_sub(finding.site.usage.live_bytes);
        entry(rank, finding, Kib::of(finding.site.usage.live_bytes), out);
    }
    let others = now.live_sites().saturating_sub(found.len());
    if others > 0 {
        out.put(format_args!("| {others} other: {}", Kib::of(rest)));
    }
    out.put(format_args!(
        "| Total allocated size: {}",
        Kib::of(now.total().live_bytes)
    ));
}

/// The lines whose live bytes changed most since `previous`.
pub(super) fn difference(now: &Snapshot, previous: &Snapshot, top: usize, out: &mut Lines<'_>) {
    out.put(format_args!(
        "| Top {top} lines of memory usage: diff from previous"
    ));
    out.put(format_args!("|"));
    let found = growth(now, previous, top, not_the_profiler);
    let all = now.total().since(previous.total());
    let mut rest = all.live_bytes;
    for (rank, finding) in found.iter().enumerate() {
        rest -= finding.change.live_bytes;
        entry(rank, finding, change(finding.change), out);
    }
    if rest != 0 {
        out.put(format_args!("| other: {}", Kib::signed(rest)));
    }
    out.put(format_args!("| Change from previous {}", change(all)));
}

/// One line of source: its place, its number, its owner, its text.
fn entry(rank: usize, finding: &Finding, number: Kib, out: &mut Lines<'_>) {
    let rank = rank + 1;
    let owner = finding.site.owner.name();
    let Some(mark) = finding.site.mark else {
        let fixed = "| #: : ".len() + digits(rank as u64);
        let width = WIDTH - fixed - number.width();
        out.put(format_args!(
            "| #{rank}: {}: {number}",
            Shortened { text: owner, width }
        ));
        return;
    };
    let owner = Shortened {
        text: owner,
        width: 28,
    };
    let line = mark.line();
    let fixed = "| #: :: ".len() + "   ".len();
    let digits = digits(rank as u64) + digits(u64::from(line));
    let width = WIDTH.saturating_sub(fixed + digits + number.width() + owner.width());
    let file = Shortened {
        text: mark.file(),
        width,
    };
    out.put(format_args!("| #{rank}: {file}:{line}: {number}   {owner}"));
    if !mark.text().is_empty() {
        let text = Statement {
            text: mark.text(),
            width: WIDTH - 6,
        };
        out.put(format_args!("|     {text}"));
    }
}
