//! Files that are none of ours, or are damaged: a clear error, and never a panic.

use crate::probe::{Folder, run, sgn};

/// All commands that read one file.
fn commands(file: &str) -> Vec<Vec<String>> {
    let own = |words: &[&str]| {
        words
            .iter()
            .map(|word| (*word).to_owned())
            .collect::<Vec<_>>()
    };
    let mut all = vec![
        own(&["report", file]),
        own(&["report", file, "--json"]),
        own(&["diff", file, file]),
    ];
    for format in ["json", "csv", "html", "dhat", "folded"] {
        all.push(own(&["export", file, "--format", format]));
    }
    all
}

#[test]
fn files_that_are_not_ours_are_refused() {
    let folder = Folder::new("foreign");
    for (name, bytes, words) in [
        ("empty", &b""[..], "it is empty"),
        ("text", b"hello, world", "it is not a memory profile"),
        (
            "gzip",
            b"\x1f\x8b\x08\x00\x00\x00\x00\x00",
            "it is not a memory profile",
        ),
        ("newer", b"sgnprof\x09........", "version 9"),
        ("short", b"sgnp", "has no numbers yet"),
        ("start", b"sgnprof\x01", "has no numbers yet"),
    ] {
        let file = folder.file(name);
        std::fs::write(&file, bytes).expect("a file of ours");
        for command in commands(file.to_str().expect("a path of ours")) {
            let (out, err, status) = sgn(&command);
            assert_eq!(status, 1, "{command:?}: {out}{err}");
            assert!(
                format!("{out}{err}").contains(words),
                "{command:?}: {out}{err}"
            );
        }
    }
    for missing in [folder.file("missing"), folder.file("")] {
        for command in commands(missing.to_str().expect("a path of ours")) {
            let (out, err, status) = sgn(&command);
            assert_eq!(status, 1, "{command:?}");
            assert!(
                format!("{out}{err}").contains("cannot be read"),
                "{out}{err}"
            );
        }
    }
}

#[test]
fn a_command_line_that_cannot_be_read_has_another_status() {
    let bad: [&[&str]; 8] = [
        &["report"],
        &["report", "a", "b"],
        &["report", "a", "--at", "soon"],
        &["report", "a", "--top", "0"],
        &["diff", "a"],
        &["diff", "a", "b", "--fail-over", "much"],
        &["diff", "a", "b", "--by", "colour"],
        &["export", "a", "--format", "jpeg"],
    ];
    for command in bad {
        let (_, err, status) = sgn(command);
        assert_eq!(status, 2, "{command:?}: {err}");
        assert!(!err.is_empty());
    }
}

#[test]
fn each_damaged_byte_is_told_or_does_no_harm() {
    let folder = Folder::new("damaged");
    let file = folder.file("run.sgnprof");
    assert!(run(&["plain", "40"], &file).status.success());
    let bytes = std::fs::read(&file).expect("it is there");
    let whole = sgn(&["report", file.to_str().expect("a path of ours"), "--json"]);
    let damaged = folder.file("damaged.sgnprof");
    let path = damaged.to_str().expect("a path of ours");
    // Some of the bytes; the unit tests flip each.
    for place in (0..bytes.len()).step_by(13) {
        let mut flipped = bytes.clone();
        flipped[place] ^= 1 << (place % 8);
        std::fs::write(&damaged, &flipped).expect("a file of ours");
        let (out, err, status) = sgn(&["report", path, "--json"]);
        match status {
            0 => {
                let is_told = out.contains("damaged") || out.contains("no complete record");
                assert!(is_told || out == whole.0, "{place}");
            }
            _ => assert!(!err.is_empty() || out.contains("error"), "{place}"),
        }
        let (_, _, status) = sgn(&["report", path]);
        assert!(status <= 1);
    }
}
