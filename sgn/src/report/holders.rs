//! The part of a report that says who holds the memory.

use std::fmt::{self, Display, Formatter};

use super::amount::Place;
use super::only::Only;
use super::output::Lines;
use super::text::{Kib, WIDTH, width_of};
use crate::memory::{HeldLine, HolderKind, Holders};
use crate::text::Shortened;

/// The kinds of holders in the order of the table, with their names there.
const KINDS: [(HolderKind, &str); 11] = [
    (HolderKind::Field, "fields of elements"),
    (HolderKind::Element, "elements themselves"),
    (HolderKind::InFlight, "in flight"),
    (HolderKind::Shared, "shared by several fields"),
    (HolderKind::Doubtful, "doubtful"),
    (HolderKind::Runtime, "the pipeline"),
    (HolderKind::Static, "statics"),
    (HolderKind::Stack, "stacks and thread-locals"),
    (HolderKind::Elsewhere, "memory outside of Rust"),
    (HolderKind::Unreachable, "nobody"),
    (HolderKind::Unknown, "not known"),
];

/// Writes the `top` lines of the fields that hold most, and a table that sums all blocks up by kind of holder.
pub(super) fn write(holders: &Holders, top: usize, only: Option<&Only>, out: &mut Lines<'_>) {
    let is_shown = |line: &HeldLine<'_>| {
        let is_asked_for = only.is_none_or(|only| only.has(line.owner));
        is_asked_for && is_told(line.holder.kind())
    };
    let mut shown = holders.lines().filter(is_shown).take(top).peekable();
    if shown.peek().is_some() {
        out.put(format_args!("| Top {top} holders of memory"));
        out.put(format_args!("|"));
    }
    for (rank, line) in (1..).zip(shown) {
        let amount = Amount(&line);
        let held_by = line.holder;
        let width = WIDTH.saturating_sub(7 + width_of(&amount) + width_of(&rank));
        out.put(format_args!(
            "| #{rank}: {}: {amount}",
            ShortenedHolder(&held_by, width)
        ));
        out.put(format_args!("|     made at {}", Place(&line.site())));
    }
    table(holders, out);
    if let Some(doubt) = holders.doubt() {
        out.put(format_args!("| not all holders are known: {doubt}"));
    }
}

/// Writes the `top` holders, of which the sums over all lines are known.
#[cfg(feature = "viewers")]
pub(super) fn sums<'a>(
    held: impl Iterator<Item = (&'a str, u64, u64)>,
    top: usize,
    out: &mut Lines<'_>,
) {
    let mut held = held.peekable();
    if held.peek().is_some() {
        out.put(format_args!("|"));
        out.put(format_args!(
            "| {:<44}{:>14}{:>10}",
            "held by", "bytes", "blocks"
        ));
    }
    let (mut others, mut bytes, mut blocks) = (0, 0, 0);
    for (place, (name, held_bytes, held_blocks)) in held.enumerate() {
        (bytes, blocks) = (bytes + held_bytes, blocks + held_blocks);
        if place < top {
            let name = Shortened {
                text: name,
                width: 43,
            };
            out.put(format_args!(
                "| {name:<44}{held_bytes:>14}{held_blocks:>10}"
            ));
        } else {
            others += 1;
        }
    }
    if others > 0 {
        out.put(format_args!("| {others} more"));
    }
    if bytes > 0 {
        out.put(format_args!(
            "| {:<44}{bytes:>14}{blocks:>10}",
            "all holders"
        ));
    }
}

/// Returns true if the lines of such a holder are listed: somebody can do something about them.
fn is_told(kind: HolderKind) -> bool {
    matches!(
        kind,
        HolderKind::Field
            | HolderKind::InFlight
            | HolderKind::Shared
            | HolderKind::Doubtful
            | HolderKind::Unreachable
    )
}

/// Writes bytes and blocks of each kind of holder; the sum is what is live.
fn table(holders: &Holders, out: &mut Lines<'_>) {
    out.put(format_args!("|"));
    out.put(format_args!(
        "| {:<28}{:>14}{:>12}",
        "held by", "bytes", "blocks"
    ));
    let mut row = |name: &str, bytes: u64, blocks: u64| {
        if blocks > 0 {
            out.put(format_args!("| {name:<28}{bytes:>14}{blocks:>12}"));
        }
    };
    for (kind, name) in KINDS {
        let lines = holders.lines().filter(|line| line.holder.kind() == kind);
        let (bytes, blocks) = lines.fold((0, 0), |(bytes, blocks), line| {
            (bytes + line.bytes, blocks + line.blocks)
        });
        row(name, bytes, blocks);
    }
    let (bytes, blocks) = holders.not_found();
    row("not in the index", bytes, blocks);
    let live = holders.snapshot().total();
    row("total", live.live_bytes, live.live_blocks);
}

/// The bytes and blocks of a line, and their age.
struct Amount<'a>(&'a HeldLine<'a>);

impl Display for Amount<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let HeldLine {
            bytes, blocks, age, ..
        } = *self.0;
        let plural = if blocks == 1 { "block" } else { "blocks" };
        write!(f, "{} in {blocks} {plural}", Kib::of(bytes))?;
        match age {
            Some(1) => f.write_str(", 1 stride old"),
            Some(age) => write!(f, ", up to {age} strides old"),
            None => Ok(()),
        }
    }
}

/// The name of a holder, without its middle if it is too long.
struct ShortenedHolder<'a>(&'a dyn Display, usize);

impl Display for ShortenedHolder<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        use std::fmt::Write as _;
        let mut text = crate::memory::PageBuffer::<u8>::new();
        let _ = write!(text, "{}", self.0);
        let text = std::str::from_utf8(&text).unwrap_or_default();
        write!(
            f,
            "{}",
            Shortened {
                text,
                width: self.1
            }
        )
    }
}
