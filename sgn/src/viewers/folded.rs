//! Folded stacks, as `flamegraph.pl` and most viewers of flame graphs read them.
//!
//! A line of text for each line of the source with live bytes at the last moment: `element;pad;statement bytes`. The
//! format knows no escapes, so a `;` in a name is written as `\u{3b}`, a line end as `\n`, and other characters that
//! cannot be shown in the same way. The `;` at the end of a statement is left out.

use std::io::{self, Write};

use super::place;
use crate::recording::run::Run;
use crate::text::line;

/// Writes the live bytes of the last moment.
pub(super) fn write(run: &Run, out: &mut dyn Write) -> io::Result<()> {
    for row in place::rows(run).filter(|row| row.usage.live_bytes > 0) {
        let frames: Vec<String> = place::frames(&row).iter().map(|name| frame(name)).collect();
        writeln!(out, "{} {}", frames.join(";"), row.usage.live_bytes)?;
    }
    Ok(())
}

/// Returns `name` as one frame.
fn frame(name: &str) -> String {
    let name = name.strip_suffix(';').unwrap_or(name);
    line(name).to_string().replace(';', r"\u{3b}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recording::run::made;

    fn written(run: &Run) -> String {
        let mut out = Vec::new();
        write(run, &mut out).expect("a Vec takes all");
        String::from_utf8(out).expect("it is text")
    }

    #[test]
    fn a_line_has_its_names_and_its_live_bytes() {
        assert_eq!(
            written(&made::run("src/main.rs", "kept.push(x);", 2)),
            "(runtime) 4096\n\
             src;src:src:out;src/main.rs:7 kept.push(x) 64\n\
             kept;kept:snk:in;src/main.rs:12 kept.push(x) 25600\n"
        );
        assert_eq!(written(&Run::default()), "");
    }

    #[test]
    fn names_forge_no_frame_and_no_line() {
        assert_eq!(frame("[0; 8]\n7;"), r"[0\u{3b} 8]\n7");
    }
}
