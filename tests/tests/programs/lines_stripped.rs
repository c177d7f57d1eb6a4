//! A stripped release binary still names the line that leaks, far from its sources.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use sgn_tests::examples::FOLDER;
use sgn_tests::programs::released;

/// Runs a program to its end and gives what it printed.
#[track_caller]
fn finished(command: &mut Command) -> Output {
    let output = command.output().expect("the program starts");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {errors}");
    output
}

#[test]
fn a_stripped_release_binary_names_the_planted_line() {
    let program = released().program("leak_hunt");
    let bytes = fs::read(program).expect("the program was built");
    let has = |word: &[u8]| bytes.windows(word.len()).any(|window| window == word);
    assert!(has(b".rodata"), "sections have names");
    assert!(!has(b".symtab"), "it is stripped");

    let source = fs::read_to_string(Path::new(FOLDER).join("leak_hunt/main.rs"));
    let source = source.expect("the source");
    let planted = "let pages = Vec::with_capacity(64);";
    let line = source
        .lines()
        .position(|line| line.trim() == planted)
        .expect("the planted line")
        + 1;

    // The path of the report leads nowhere from there, so the text was not read from the source.
    let elsewhere = Path::new(env!("CARGO_TARGET_TMPDIR")).join("elsewhere");
    fs::create_dir_all(&elsewhere).expect("a folder");
    let output = finished(Command::new(program).current_dir(&elsewhere));
    let printed = String::from_utf8(output.stderr).expect("text");
    let lines = || {
        printed
            .lines()
            .filter_map(|line| line.strip_prefix("[MEMPROF] "))
    };
    let mut found =
        lines().skip_while(|line| !line.starts_with("| GROWS count:src:out: 102.4 B per stride"));
    let place = found.nth(1).expect("a line after the finding");
    assert!(
        place.contains(&format!("leak_hunt/main.rs:{line}, ")),
        "{place}"
    );
    let mut growth = lines()
        .skip_while(|line| !line.ends_with("diff from previous"))
        .skip_while(|line| !line.starts_with("| #1: "));
    let row = growth.next().expect("something grew");
    let text = growth.next().expect("the text of the line");
    assert!(
        row.contains(&format!("leak_hunt/main.rs:{line}: +")) && row.ends_with("count:src:out"),
        "{row}"
    );
    let (_, path) = row.split_once(": ").expect("a number, then a path");
    let path = path.split(':').next().expect("a path, then a line");
    assert!(path.ends_with("leak_hunt/main.rs"), "{row}");
    assert!(!elsewhere.join(path).exists(), "{row}");
    assert_eq!(text.trim_start_matches(['|', ' ']), planted);
}
