//! A table for spreadsheets, by RFC 4180: a row for each moment and line of the source that ever allocated.
//!
//! The columns are `seconds` since the start, `stride`, `element`, `pad` (empty for an owner that is no pad), `file`,
//! `line`, `statement`, `function` (empty outside of marked statements), `live_bytes`, `live_blocks`, `total_bytes` and
//! `total_blocks`.
//!
//! A text that a spreadsheet would take for a formula has an apostrophe before it. A line end in a text stays one, within
//! quotes; other characters that act on a terminal are written as Rust does, `\u{1b}`.

use std::io::{self, Write};

use super::place;
use crate::recording::run::{Moment, Row, Run, Statement};
use crate::text::line;

/// The names of the columns.
const COLUMNS: &str = "seconds,stride,element,pad,file,line,statement,function,live_bytes,live_blocks,total_bytes,\
                       total_blocks";

/// Writes all moments.
pub(super) fn write(run: &Run, out: &mut dyn Write) -> io::Result<()> {
    write!(out, "{COLUMNS}\r\n")?;
    for moment in &run.moments {
        for row in run.rows(moment) {
            write_row(moment, &row, out)?;
        }
    }
    Ok(())
}

fn write_row(moment: &Moment, row: &Row<'_>, out: &mut dyn Write) -> io::Result<()> {
    let none = Statement::default();
    let statement = row.statement.unwrap_or(&none);
    let number = match row.statement {
        Some(statement) => statement.line.to_string(),
        None => String::new(),
    };
    write!(
        out,
        "{:.6},{},{},{},{},{number},{},{},{},{},{},{}\r\n",
        moment.at.as_secs_f64(),
        moment.stride,
        field(row.element),
        field(place::pad(row).unwrap_or_default()),
        field(&statement.file),
        field(&statement.text),
        field(&statement.function),
        row.usage.live_bytes,
        row.usage.live_blocks,
        row.usage.total_bytes,
        row.usage.total_blocks,
    )
}

/// Characters that begin a formula, or are left out by a spreadsheet before one that does.
const FORMULA: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];

/// Returns `text` as a field.
fn field(text: &str) -> String {
    let guard = if text.starts_with(FORMULA) { "'" } else { "" };
    let lines: Vec<String> = text
        .split('\n')
        .map(|text| line(text).to_string())
        .collect();
    let text = lines.join("\n");
    if text.contains(['"', ',', '\n']) {
        format!("\"{guard}{}\"", text.replace('"', "\"\""))
    } else {
        format!("{guard}{text}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recording::run::made;

    #[test]
    fn a_row_has_the_names_and_numbers_of_a_line_at_a_moment() {
        let mut out = Vec::new();
        write(&made::run("src/main.rs", "f(a, b)", 2), &mut out).expect("a Vec takes all");
        let table = String::from_utf8(out).expect("it is text");
        let rows: Vec<&str> = table.split_terminator("\r\n").collect();
        assert_eq!(rows[0], COLUMNS);
        assert_eq!(rows[1], "1.000000,100,(runtime),,,,,,4096,3,8192,128");
        assert_eq!(
            rows[7],
            "2.000000,200,kept,kept:snk:in,src/main.rs,12,\"f(a, b)\",step,25600,200,25600,400"
        );
        assert_eq!(rows.len(), 1 + 2 * 4);
    }

    #[test]
    fn a_text_is_quoted_and_never_a_formula() {
        assert_eq!(field("a b"), "a b");
        assert_eq!(field("a,\"b\"\nc"), "\"a,\"\"b\"\"\nc\"");
        assert_eq!(field("=HYPERLINK(\"x\")"), "\"'=HYPERLINK(\"\"x\"\")\"");
        for text in ["+1", "-1", "@x", "\t=1", "\r=1", "＝1"] {
            assert!(field(text).starts_with('\''), "{text:?}");
        }
        assert_eq!(field("\u{1b}[2J"), r"\u{1b}[2J");
    }
}
