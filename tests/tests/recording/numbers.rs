//! The numbers of the file are those of the program, by our reader and by an independent one.

use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use crate::probe::{Folder, Line, last, lines, run, text};

/// Parses lines of numbers between tabs, as the program and the independent reader print them.
fn parse(output: &str) -> Vec<Line> {
    let mut lines: Vec<Line> = output
        .lines()
        .filter(|line| line.contains('\t'))
        .map(|line| {
            let cells: Vec<&str> = line.split('\t').collect();
            let number = |place: usize| cells[place].parse().expect("a number");
            let usage = [number(2), number(3), number(4), number(5)];
            (cells[0].to_owned(), number(1), usage)
        })
        .collect();
    lines.sort();
    lines
}

fn of_elements(lines: Vec<Line>) -> Vec<Line> {
    let mut lines = lines;
    lines.retain(|(owner, _, usage)| !owner.starts_with('(') && *usage != [0; 4]);
    lines
}

fn independent(file: &Path) -> Option<Vec<Line>> {
    let reader = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/recording/reader.py");
    let output = Command::new("python3").arg(reader).arg(file).output();
    match output {
        Ok(output) if output.status.success() => Some(parse(&text(&output.stdout))),
        Ok(output) => panic!("{}", text(&output.stderr)),
        Err(error) => {
            let _ = writeln!(std::io::stdout(), "NOT RUN: the reader in Python: {error}");
            None
        }
    }
}

#[test]
fn both_readers_have_the_numbers_of_the_program() {
    let folder = Folder::new("numbers");
    let file = folder.file("run.sgnprof");
    for arguments in [
        ["plain", "100", "0"],
        ["plain", "3000", "0"],
        ["plain", "30", "3"],
    ] {
        let output = run(&arguments, &file);
        assert!(output.status.success(), "{}", text(&output.stderr));
        let truth = of_elements(parse(&text(&output.stdout)));
        assert!(truth.len() > 8, "{truth:?}");
        assert_eq!(of_elements(lines(&last(&file))), truth);
        if let Some(read) = independent(&file) {
            assert_eq!(of_elements(read.clone()), truth);
            // Both read the built-in owners, too.
            let mut all = lines(&last(&file));
            all.retain(|(_, _, usage)| *usage != [0; 4]);
            let mut read = read;
            read.retain(|(_, _, usage)| *usage != [0; 4]);
            assert_eq!(read, all);
        }
    }
}

#[test]
fn a_moment_in_the_middle_has_its_own_numbers() {
    let folder = Folder::new("middle");
    let file = folder.file("run.sgnprof");
    let output = run(&["plain", "64", "0"], &file);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let path = file.to_str().expect("a path of ours");
    for stride in [1, 20, 33, 64] {
        let at = stride.to_string();
        let (out, err, status) = crate::probe::sgn(&["report", path, "--json", "--at", &at]);
        assert_eq!(status, 0, "{err}");
        let run: serde_json::Value = serde_json::from_str(&out).expect("JSON");
        let found = run["moments"][0]["stride"].as_u64().expect("a number");
        let line = of_elements(lines(&run))
            .into_iter()
            .find(|(_, _, usage)| usage[1] == found.div_ceil(10) && usage[0] == 100 * usage[1]);
        // Strides below 64 are all looked at.
        assert_eq!(found, stride);
        let pushed = of_elements(lines(&run));
        assert!(
            line.is_some() || pushed.iter().any(|(_, _, usage)| usage[3] >= stride),
            "{pushed:?}"
        );
    }
}
