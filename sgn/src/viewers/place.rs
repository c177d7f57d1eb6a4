//! The names of a line, as all formats have them.

use crate::recording::run::{Program, Row, Run, Statement};

/// Returns the lines of the last moment of `run` with their numbers.
pub(super) fn rows(run: &Run) -> impl Iterator<Item = Row<'_>> {
    run.last().into_iter().flat_map(|last| run.rows(last))
}

/// Returns the full name of the pad; `None` for an owner that is no pad.
pub(super) const fn pad<'a>(row: &Row<'a>) -> Option<&'a str> {
    if row.pad.is_empty() {
        None
    } else {
        Some(row.owner)
    }
}

/// Returns a statement as `file:line text`.
pub(super) fn statement(statement: &Statement) -> String {
    let Statement {
        file, line, text, ..
    } = statement;
    let space = if text.is_empty() { "" } else { " " };
    format!("{file}:{line}{space}{text}")
}

/// Returns the names from the outermost to the innermost: element, pad, statement.
pub(super) fn frames(row: &Row<'_>) -> Vec<String> {
    let outer = [Some(row.element), pad(row)];
    let outer = outer.into_iter().flatten().map(str::to_owned);
    outer.chain(row.statement.map(statement)).collect()
}

/// Returns the program with its arguments.
pub(super) fn command(program: &Program) -> String {
    let words = std::iter::once(&program.name).chain(&program.arguments);
    words.map(String::as_str).collect::<Vec<_>>().join(" ")
}
