//! Runs that end by an error, a panic, an abort or `kill -9`: the file has all up to there, and says why.

use std::time::Duration;

use crate::probe::{Folder, events, last, lines, probe, run, start, text, wait_for};

#[test]
fn an_error_leaves_a_last_moment_and_says_where() {
    let folder = Folder::new("error");
    let file = folder.file("run.sgnprof");
    for (kind, words) in [
        ("error", "the disk of this element is full"),
        ("panic", "this element has a bug"),
    ] {
        let output = run(&[kind], &file);
        assert!(!output.status.success());
        let run = last(&file);
        let (event, message) = events(&run).pop().expect("an event");
        assert_eq!(event, "error");
        for part in [words, "work", "stride 51"] {
            assert!(message.contains(part), "{message}");
        }
        assert_eq!(run["moments"][0]["stride"], 50);
        // What the failing stride has allocated is in the last numbers: 51 frames were made.
        let frames = lines(&run).into_iter().find(|(_, _, usage)| usage[3] == 51);
        assert!(frames.is_some(), "{:?}", lines(&run));
    }
}

#[test]
fn an_abort_leaves_what_was_recorded() {
    let folder = Folder::new("abort");
    let file = folder.file("run.sgnprof");
    let output = probe(&["abort", "100", "2"], &file)
        .env("SGN_MEMPROF_EVERY", "stride")
        .output()
        .expect("the probe starts");
    assert!(!output.status.success());
    let stride = last(&file)["moments"][0]["stride"]
        .as_u64()
        .expect("a number");
    assert!((30..=50).contains(&stride), "{stride}");
}

#[test]
fn a_killed_run_is_readable_to_its_last_record() {
    let folder = Folder::new("killed");
    let mut longest = 0;
    let mut killed = 0;
    for moment in 0..100_u64 {
        let file = folder.file(&format!("run{moment}.sgnprof"));
        let (mut child, _output) =
            start(probe(&["plain", "100000", "1"], &file).env("SGN_MEMPROF_EVERY", "2"));
        // The first runs are killed before they have recorded anything, the others at some moment after.
        if moment > 5 {
            wait_for(2500, &file);
        }
        std::thread::sleep(Duration::from_micros(700 * moment));
        child.kill().expect("the probe is ours");
        child.wait().expect("the probe is ours");
        // A run that was killed before its first moment has no numbers, or no file yet.
        let Ok(bytes) = std::fs::read(&file) else {
            continue;
        };
        if bytes.len() < 8 {
            continue;
        }
        let path = file.to_str().expect("a path of ours");
        let (out, err, status) = crate::probe::sgn(&["report", path, "--json"]);
        match status {
            0 => {
                let run: serde_json::Value = serde_json::from_str(&out).expect("JSON");
                longest = longest.max(run["moments"][0]["stride"].as_u64().expect("a number"));
                killed += 1;
            }
            _ => assert!(out.contains("no numbers yet"), "{err}{out}"),
        }
    }
    assert!(killed > 50 && longest > 10, "{killed} {longest}");
}

#[test]
fn two_runs_of_one_program_have_two_files() {
    let folder = Folder::new("twice");
    let file = folder.file("run.sgnprof");
    let output = run(&["twice", "40"], &file);
    assert!(output.status.success(), "{}", text(&output.stderr));
    for name in ["run.sgnprof", "run-2.sgnprof"] {
        assert_eq!(
            last(&folder.file(name))["moments"][0]["stride"],
            41,
            "{name}"
        );
    }
}
