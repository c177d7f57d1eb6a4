//! A file of heaptrack, as text: for `heaptrack_print` and `heaptrack_gui`.
//!
//! The stack of a line is its element, which calls its pad, which calls its statement, with file and line. The file has a
//! record for each block, and here it has as many as the program allocated up to the last moment, with the same sum of
//! bytes. The blocks of a line get equal sizes, up to one byte: how large each was is not known. First come those that
//! were freed, each at once, then those that are live at the last moment, which heaptrack calls leaked. So its peak is
//! the live bytes of that moment, and it shows no curve; the format `chrome` has that.
//!
//! A run with more than [`MOST`] blocks has no file of this format.

use std::collections::HashMap;
use std::io::{self, Write};

use super::place;
use crate::recording::run::{Row, Run};
use crate::text::line;

/// The most blocks. Each takes about ten bytes of the file, and the reader some memory.
const MOST: u64 = 20_000_000;

/// Writes the blocks of the last moment.
pub(super) fn write(run: &Run, out: &mut dyn Write) -> io::Result<()> {
    let blocks = place::rows(run).map(|row| row.usage.total_blocks);
    let blocks = blocks.fold(0, u64::saturating_add);
    if blocks > MOST {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            format!(
                "the format `heaptrack` has a record for each block, and at most {MOST} are written, while the program \
                 allocated {blocks}; choose `pprof` or `dhat`, or an earlier moment"
            ),
        ));
    }
    writeln!(out, "v 10400 3")?;
    writeln!(out, "X {}", line(&place::command(&run.program)))?;
    writeln!(out, "I 1000 0")?;
    writeln!(out, "c 0")?;
    let mut file = File::new(out);
    let mut live = Vec::new();
    for row in place::rows(run) {
        let trace = file.trace_of(&row)?;
        let usage = row.usage;
        let freed = Blocks {
            count: usage.total_blocks.saturating_sub(usage.live_blocks),
            bytes: usage.total_bytes.saturating_sub(usage.live_bytes),
        };
        for (size, count) in freed.sizes() {
            let info = file.allocation(size, trace)?;
            file.repeat(&format!("+ {info:x}\n- {info:x}\n"), count)?;
        }
        let held = Blocks {
            count: usage.live_blocks,
            bytes: usage.live_bytes,
        };
        live.push((trace, held));
    }
    for (trace, held) in live {
        for (size, count) in held.sizes() {
            let info = file.allocation(size, trace)?;
            file.repeat(&format!("+ {info:x}\n"), count)?;
        }
    }
    let end = run.last().map_or(0, |last| last.at.as_millis());
    writeln!(out, "c {end:x}")
}

/// Blocks of one line.
struct Blocks {
    count: u64,
    bytes: u64,
}

impl Blocks {
    /// Returns two sizes, and how many blocks have each.
    fn sizes(&self) -> [(u64, u64); 2] {
        let size = self.bytes.checked_div(self.count).unwrap_or_default();
        let larger = self.bytes.checked_rem(self.count).unwrap_or_default();
        [(size, self.count - larger), (size + 1, larger)]
    }
}

/// The file with all that it defines so far. Everything is numbered from one, in the order in which it is written.
struct File<'a> {
    out: &'a mut dyn Write,
    texts: HashMap<String, usize>,
    /// By the numbers of the texts of function and file, and the line.
    frames: HashMap<(usize, usize, u32), usize>,
    /// By the numbers of the frame and of the trace that calls it.
    traces: HashMap<(usize, usize), usize>,
    allocations: usize,
}

impl<'a> File<'a> {
    fn new(out: &'a mut dyn Write) -> Self {
        Self {
            out,
            texts: HashMap::new(),
            frames: HashMap::new(),
            traces: HashMap::new(),
            allocations: 0,
        }
    }

    fn trace_of(&mut self, row: &Row<'_>) -> io::Result<usize> {
        let mut trace = 0;
        for name in [Some(row.element), place::pad(row)].into_iter().flatten() {
            trace = self.trace(trace, name, "", 0)?;
        }
        match row.statement {
            Some(statement) => {
                let name = place::statement(statement);
                self.trace(trace, &name, &statement.file, statement.line)
            }
            None => Ok(trace),
        }
    }

    /// Returns the number of the trace that `caller` calls at that place.
    fn trace(&mut self, caller: usize, function: &str, file: &str, at: u32) -> io::Result<usize> {
        let module = self.text("sgn")?;
        let function = self.text(function)?;
        let file = if file.is_empty() { 0 } else { self.text(file)? };
        let next = self.frames.len() + 1;
        let frame = *self.frames.entry((function, file, at)).or_insert(next);
        if frame == next {
            write!(self.out, "i {frame:x} {module:x} {function:x}")?;
            if file > 0 {
                write!(self.out, " {file:x} {at:x}")?;
            }
            writeln!(self.out)?;
        }
        let next = self.traces.len() + 1;
        let trace = *self.traces.entry((frame, caller)).or_insert(next);
        if trace == next {
            writeln!(self.out, "t {frame:x} {caller:x}")?;
        }
        Ok(trace)
    }

    fn text(&mut self, text: &str) -> io::Result<usize> {
        let text = line(text).to_string();
        if let Some(number) = self.texts.get(&text) {
            return Ok(*number);
        }
        writeln!(self.out, "s {:x} {text}", text.len())?;
        let number = self.texts.len() + 1;
        self.texts.insert(text, number);
        Ok(number)
    }

    /// Returns the number of the allocations of this size by `trace`, from zero.
    fn allocation(&mut self, size: u64, trace: usize) -> io::Result<usize> {
        writeln!(self.out, "a {size:x} {trace:x}")?;
        self.allocations += 1;
        Ok(self.allocations - 1)
    }

    fn repeat(&mut self, records: &str, count: u64) -> io::Result<()> {
        (0..count).try_for_each(|_| self.out.write_all(records.as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recording::run::made;

    #[test]
    fn there_are_as_many_blocks_and_bytes_as_the_program_had() {
        let run = made::run("src/main.rs", "kept.push(x);\n", 2);
        let mut out = Vec::new();
        write(&run, &mut out).expect("a Vec takes all");
        let text = String::from_utf8(out).expect("it is text");
        let (mut sizes, mut sums) = (Vec::new(), [0_u64; 4]);
        for line in text.lines() {
            let (kind, rest) = line.split_once(' ').expect("two parts");
            let first = rest.split(' ').next().expect("a part");
            let number = || u64::from_str_radix(first, 16).expect("a number");
            match kind {
                "a" => sizes.push(number()),
                "+" => {
                    sums[0] += 1;
                    sums[1] += sizes[number() as usize];
                }
                "-" => {
                    sums[2] += 1;
                    sums[3] += sizes[number() as usize];
                }
                _ => {}
            }
        }
        let total = run.last().expect("there are two").total();
        let live = [total.live_blocks, total.live_bytes];
        assert_eq!(sums[..2], [total.total_blocks, total.total_bytes]);
        assert_eq!([sums[0] - sums[2], sums[1] - sums[3]], live);
        assert!(text.contains(r" src/main.rs:12 kept.push(x);\n"), "{text}");
    }

    #[test]
    fn a_run_with_too_many_blocks_is_refused() {
        let mut run = made::run("src/main.rs", "x", 1);
        run.moments[0].lines[1].total_blocks = MOST;
        let error = write(&run, &mut Vec::new()).expect_err("it is too large");
        assert!(
            error.to_string().ends_with("or an earlier moment"),
            "{error}"
        );
    }
}
