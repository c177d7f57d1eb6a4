//! Hostile texts through all formats.

use std::io::Read as _;

use flate2::read::GzDecoder;
use serde_json::Value;

use super::{Format, write};
use crate::recording::run::{Run, made};
use crate::text::hostile::{Hostile, assert_harmless};

const RUNS: usize = if cfg!(miri) { 2 } else { 100 };

/// Returns `run` in `format`, decompressed.
fn written(run: &Run, format: Format) -> Vec<u8> {
    let mut out = Vec::new();
    write(run, format, &mut out).expect("a Vec takes all");
    if format == Format::Pprof {
        let mut bytes = Vec::new();
        let mut gzip = GzDecoder::new(&*out);
        gzip.read_to_end(&mut bytes).expect("it is gzip");
        return bytes;
    }
    out
}

/// Returns a run with hostile texts everywhere.
fn hostile(texts: &mut Hostile) -> Run {
    let mut run = made::run(&texts.next_text(), &texts.next_text(), 2);
    run.program.name = texts.next_text();
    run.program.host = texts.next_text();
    run.cut = Some(texts.next_text());
    let name = texts.next_text();
    run.owners[2].name = format!("{name}:snk:{}", texts.next_text());
    run.elements[1].name = name;
    run.findings[0].verdict = texts.next_text();
    for event in &mut run.events {
        event.kind = texts.next_text();
    }
    for statement in run
        .lines
        .iter_mut()
        .filter_map(|line| line.statement.as_mut())
    {
        statement.function = texts.next_text();
    }
    run
}

/// Returns the texts of a message `Profile`, whose fields at the top are numbers and bytes.
fn string_table(mut bytes: &[u8]) -> Vec<String> {
    fn varint(bytes: &mut &[u8]) -> usize {
        let end = bytes
            .iter()
            .position(|byte| byte & 0x80 == 0)
            .expect("it ends")
            + 1;
        let (number, rest) = bytes.split_at(end);
        *bytes = rest;
        let bits = number.iter().rev().map(|byte| usize::from(byte & 0x7f));
        bits.fold(0, |sum, bits| sum << 7 | bits)
    }
    let mut texts = Vec::new();
    while !bytes.is_empty() {
        let (tag, value) = (varint(&mut bytes), varint(&mut bytes));
        if tag & 7 == 0 {
            continue;
        }
        let (field, rest) = bytes.split_at(value);
        bytes = rest;
        if tag >> 3 == 6 {
            texts.push(String::from_utf8(field.to_vec()).expect("it is text"));
        }
    }
    assert_eq!(texts[0], "");
    assert!(texts.iter().any(|text| text == "inuse_space"), "{texts:?}");
    texts
}

/// Returns the fields of each row, by the rules of RFC 4180.
fn rows(table: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut field, mut is_quoted) =
        (Vec::new(), Vec::new(), String::new(), false);
    let mut letters = table.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if is_quoted && letters.next_if_eq(&'"').is_some() => field.push('"'),
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => row.push(std::mem::take(&mut field)),
            '\r' if !is_quoted && letters.next_if_eq(&'\n').is_some() => {
                row.push(std::mem::take(&mut field));
                rows.push(std::mem::take(&mut row));
            }
            _ => field.push(letter),
        }
    }
    assert!(
        field.is_empty() && row.is_empty() && !is_quoted,
        "{table:?} ends early"
    );
    rows
}

#[test]
fn hostile_texts_act_on_no_terminal_in_any_format() {
    let mut texts = Hostile::new(11);
    for _ in 0..RUNS {
        let run = hostile(&mut texts);
        for format in Format::ALL {
            let bytes = written(&run, format);
            let text = match format {
                Format::Pprof => string_table(&bytes).join("\n"),
                _ => String::from_utf8(bytes).expect("it is text"),
            };
            assert_harmless(&text.replace("\r\n", "\n"), |_, _| true);
        }
    }
}

#[test]
fn hostile_texts_come_back_from_json_as_they_were() {
    let mut texts = Hostile::new(12);
    for _ in 0..RUNS {
        let run = hostile(&mut texts);
        let read =
            |format| serde_json::from_slice::<Value>(&written(&run, format)).expect("it is JSON");
        let statement = run.lines[2].statement.as_ref().expect("there is one");
        let place = format!("{}:{} {}", statement.file, statement.line, statement.text);
        let json = read(Format::Json);
        assert_eq!(json["lines"][2]["text"], statement.text);
        assert_eq!(json["owners"][2]["name"], run.owners[2].name);
        assert_eq!(json["cut"], *run.cut.as_ref().expect("there is one"));
        let frames = read(Format::Speedscope)["shared"]["frames"].clone();
        let has = |names: &Value, name: &dyn Fn(&Value) -> bool| {
            names.as_array().is_some_and(|all| all.iter().any(name))
        };
        assert!(
            has(&frames, &|frame| frame["name"] == place),
            "{frames} lack {place:?}"
        );
        let points = read(Format::Dhat)["ftbl"].clone();
        assert!(
            has(&points, &|frame| *frame == place),
            "{points} lack {place:?}"
        );
        let events = read(Format::Chrome)["traceEvents"].clone();
        assert!(
            has(&events, &|event| event["name"] == run.events[0].kind),
            "{events}"
        );
    }
}

#[test]
fn hostile_texts_forge_no_row_and_no_record() {
    let mut texts = Hostile::new(13);
    for _ in 0..RUNS {
        let run = hostile(&mut texts);
        let text = |format| String::from_utf8(written(&run, format)).expect("it is text");
        let table = rows(&text(Format::Csv));
        assert_eq!(table.len(), 1 + 2 * 4);
        assert!(table.iter().all(|row| row.len() == 12), "{table:?}");
        let folded = text(Format::Folded);
        let frames: Vec<_> = folded.lines().map(|line| line.split(';').count()).collect();
        assert_eq!(frames, [1, 3, 3], "{folded}");
        let heaptrack = text(Format::Heaptrack);
        for line in heaptrack.lines() {
            let is_record = ["v ", "X ", "I ", "c ", "s ", "i ", "t ", "a ", "+ ", "- "];
            assert!(
                is_record.iter().any(|kind| line.starts_with(kind)),
                "{line:?}"
            );
            if let Some((length, text)) = line
                .strip_prefix("s ")
                .and_then(|rest| rest.split_once(' '))
            {
                assert_eq!(usize::from_str_radix(length, 16), Ok(text.len()));
            }
        }
    }
}

/// A writer that is full after some bytes.
struct Full(usize);

impl std::io::Write for Full {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if self.0 < bytes.len() {
            return Err(std::io::ErrorKind::StorageFull.into());
        }
        self.0 -= bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_full_disk_is_an_error_in_each_format() {
    let run = made::run("src/main.rs", "x", 2);
    for format in Format::ALL {
        let error = write(&run, format, &mut Full(20)).expect_err("it is full");
        assert_eq!(error.kind(), std::io::ErrorKind::StorageFull, "{format:?}");
    }
}

#[test]
fn a_run_without_a_moment_is_written_in_each_format() {
    for format in Format::ALL {
        written(&Run::default(), format);
    }
}
