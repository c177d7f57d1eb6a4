//! Compares two recorded runs, line by line, pad by pad or element by element.

use std::collections::{BTreeMap, HashMap, VecDeque};

use crate::memory::{Change, Usage};
use crate::recording::run::{Row, Run, Statement};

/// The parts of a program that are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum By {
    Line,
    Pad,
    Element,
}

/// A part of both programs, or of one of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Compared {
    /// The name of the element, or the full name of the pad.
    pub(crate) owner: String,
    /// The statement, if lines are compared; that of the later run, if it has one.
    pub(crate) statement: Option<Statement>,
    /// The line in the earlier run, if it was another one.
    pub(crate) moved_from: Option<(String, u32)>,
    pub(crate) earlier: Usage,
    pub(crate) later: Usage,
}

impl Compared {
    /// Returns the change from the earlier run to the later one.
    pub(crate) fn change(&self) -> Change {
        let less =
            |later: u64, earlier: u64| later.cast_signed().wrapping_sub(earlier.cast_signed());
        Change {
            live_bytes: less(self.later.live_bytes, self.earlier.live_bytes),
            live_blocks: less(self.later.live_blocks, self.earlier.live_blocks),
            total_bytes: self
                .later
                .total_bytes
                .saturating_sub(self.earlier.total_bytes),
            total_blocks: self
                .later
                .total_blocks
                .saturating_sub(self.earlier.total_blocks),
        }
    }

    /// Returns by how many bytes more are live at the end, or were allocated through the run: the greater of the two.
    pub(crate) fn growth(&self) -> u64 {
        let change = self.change();
        u64::try_from(change.live_bytes)
            .unwrap_or(0)
            .max(change.total_bytes)
    }
}

/// Compares the last moments of two runs; the part that grew most comes first. Parts without a change are left out.
///
/// A line is the same in both if it has the same owner, file and text, wherever in the file it is; of several with the
/// same text, the first is the first. If a file has another name in the later run, its lines are found by owner and text.
pub(crate) fn compare(earlier: &Run, later: &Run, by: By) -> Vec<Compared> {
    let mut all = match by {
        By::Line => lines(earlier, later),
        By::Pad => sums(earlier, later, |row| row.owner.to_owned()),
        By::Element => sums(earlier, later, |row| row.element.to_owned()),
    };
    all.retain(|compared| compared.earlier != compared.later);
    let key = |compared: &Compared| {
        let change = compared.change();
        (compared.growth(), change.live_bytes)
    };
    all.sort_by(|one, other| {
        key(other)
            .cmp(&key(one))
            .then_with(|| one.owner.cmp(&other.owner))
    });
    all
}

/// Returns the rows of the last moment of a run.
fn rows(run: &Run) -> impl Iterator<Item = Row<'_>> {
    let rows = run.last().into_iter().flat_map(|last| run.rows(last));
    // The profiler's own needs differ from run to run, and say nothing of the program.
    rows.filter(|row| row.owner != "(profiler)")
}

fn sums(earlier: &Run, later: &Run, name: impl Fn(&Row<'_>) -> String) -> Vec<Compared> {
    let mut sums = BTreeMap::<String, (Usage, Usage)>::new();
    for row in rows(earlier) {
        sums.entry(name(&row)).or_default().0 += row.usage;
    }
    for row in rows(later) {
        sums.entry(name(&row)).or_default().1 += row.usage;
    }
    let compared = sums.into_iter().map(|(owner, (earlier, later))| Compared {
        owner,
        statement: None,
        moved_from: None,
        earlier,
        later,
    });
    compared.collect()
}

/// A line as it is looked for in the other run: owner, text, and file if it counts.
type Key<'a> = (&'a str, &'a str, &'a str);

fn lines(earlier: &Run, later: &Run) -> Vec<Compared> {
    let mut compared = Vec::new();
    let in_order = |run| {
        let mut rows: Vec<Row<'_>> = rows(run).collect();
        rows.sort_by_key(|row| row.statement.map(|statement| statement.line));
        rows
    };
    let (mut before, mut after) = (in_order(earlier), in_order(later));
    for with_file in [true, false] {
        pair(
            &mut before,
            &mut after,
            |row| key(row, with_file),
            &mut compared,
        );
    }
    compared.extend(
        before
            .iter()
            .map(|row| of_one(row, row.usage, Usage::default())),
    );
    compared.extend(
        after
            .iter()
            .map(|row| of_one(row, Usage::default(), row.usage)),
    );
    compared
}

fn key<'a>(row: &Row<'a>, with_file: bool) -> Key<'a> {
    match row.statement {
        // Without a text the line is all that there is.
        Some(statement) if with_file => (row.owner, &statement.text, &statement.file),
        Some(statement) => (row.owner, &statement.text, ""),
        None => (row.owner, "", ""),
    }
}

/// Moves the rows that have one key in both runs to `compared`, the first with the first.
fn pair<'a>(
    before: &mut Vec<Row<'a>>,
    after: &mut Vec<Row<'a>>,
    key: impl Fn(&Row<'a>) -> Key<'a>,
    compared: &mut Vec<Compared>,
) {
    let mut known = HashMap::<Key<'a>, VecDeque<Row<'a>>>::new();
    for row in before.drain(..) {
        known.entry(key(&row)).or_default().push_back(row);
    }
    after.retain(|row| {
        let Some(other) = known.get_mut(&key(row)).and_then(VecDeque::pop_front) else {
            return true;
        };
        let place = |row: &Row<'_>| {
            row.statement
                .map(|statement| (statement.file.clone(), statement.line))
        };
        let moved_from = place(&other).filter(|_| place(&other) != place(row));
        compared.push(Compared {
            moved_from,
            ..of_one(row, other.usage, row.usage)
        });
        false
    });
    before.extend(known.into_values().flatten());
    before.sort_by_key(|row| row.statement.map(|statement| statement.line));
}

fn of_one(row: &Row<'_>, earlier: Usage, later: Usage) -> Compared {
    Compared {
        owner: row.owner.to_owned(),
        statement: row.statement.cloned(),
        moved_from: None,
        earlier,
        later,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recording::run::made;

    fn moved(run: &mut Run, by: u32, file: &str) {
        for statement in run
            .lines
            .iter_mut()
            .filter_map(|line| line.statement.as_mut())
        {
            statement.line += by;
            statement.file = file.to_owned();
        }
    }

    #[test]
    fn a_line_that_moved_is_the_same() {
        let earlier = made::run("src/main.rs", "kept.push(x);", 2);
        for file in ["src/main.rs", "src/other.rs"] {
            let mut later = made::run("src/main.rs", "kept.push(x);", 3);
            moved(&mut later, 5, file);
            let compared = compare(&earlier, &later, By::Line);
            let worst = &compared[0];
            assert_eq!(worst.owner, "kept:snk:in");
            assert_eq!(worst.change().live_bytes, 12_800);
            assert_eq!(worst.moved_from, Some((String::from("src/main.rs"), 12)));
            // The one of the source allocated more, too; all others are the same.
            assert_eq!(compared.len(), 2, "{file}: {compared:?}");
        }
    }

    #[test]
    fn a_line_of_one_run_is_compared_with_nothing() {
        let earlier = made::run("src/main.rs", "kept.push(x);", 2);
        let later = made::run("src/main.rs", "kept.insert(x);", 2);
        let compared = compare(&earlier, &later, By::Line);
        assert_eq!(compared[0].growth(), 25_600);
        assert_eq!(
            compared
                .iter()
                .filter(|compared| compared.later == Usage::default())
                .count(),
            2
        );
        // Sums do not care for the text.
        assert_eq!(compare(&earlier, &later, By::Pad), []);
        assert_eq!(compare(&earlier, &later, By::Element), []);
    }

    #[test]
    fn lines_with_one_text_are_told_apart_by_their_order() {
        let mut earlier = made::run("src/main.rs", "x", 2);
        earlier.lines[1].owner = 2;
        let mut later = earlier.clone();
        moved(&mut later, 1, "src/main.rs");
        assert_eq!(compare(&earlier, &later, By::Line), []);
    }
}
