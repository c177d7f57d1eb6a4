//! CSV, read by the module of Python.

use std::path::Path;

use serde_json::Value;

use crate::readers::{read, reader};
use crate::recorded::{Recorded, moments, runs};

/// Returns the rows of the table, each with its fields by column; `None` if there is no Python.
pub(crate) fn table(recorded: &Recorded) -> Option<Vec<Value>> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/viewers/table.py");
    let mut python = reader("python3")?;
    let printed = read(python.arg(script).arg(recorded.file("csv")));
    Some(serde_json::from_str(&printed).expect("it prints JSON"))
}

#[test]
fn each_row_has_the_numbers_of_a_line_at_a_moment() {
    for recorded in runs() {
        let Some(rows) = table(recorded) else {
            return;
        };
        let mut rows = rows.iter();
        for moment in moments(&recorded.run) {
            for line in &moment.lines {
                let row = rows.next().expect("a row for each line and moment");
                let number = if line.file.is_empty() {
                    String::new()
                } else {
                    line.line.to_string()
                };
                // a text is no formula
                let text = |text: &str| match text.chars().next() {
                    Some('=' | '+' | '-' | '@') => format!("'{text}"),
                    _ => text.to_owned(),
                };
                let [live_bytes, live_blocks, total_bytes, total_blocks] =
                    line.usage.map(|is| is.to_string());
                let expected = [
                    ("seconds", format!("{:.6}", moment.seconds)),
                    ("stride", moment.stride.to_string()),
                    ("element", line.element.clone()),
                    ("pad", line.pad.clone()),
                    ("file", line.file.clone()),
                    ("line", number),
                    ("statement", text(&line.text)),
                    ("function", line.function.clone()),
                    ("live_bytes", live_bytes),
                    ("live_blocks", live_blocks),
                    ("total_bytes", total_bytes),
                    ("total_blocks", total_blocks),
                ];
                for (column, value) in &expected {
                    assert_eq!(row[column], **value, "{column}: {row}");
                }
                assert_eq!(
                    row.as_object().map(serde_json::Map::len),
                    Some(expected.len())
                );
            }
        }
        assert_eq!(rows.next(), None);
    }
}
