//! Files that cannot be written, or not for long.

use std::path::Path;

use crate::probe::{Folder, events, last, probe, run, text};
#[cfg(unix)]
use crate::probe::{start, wait_for};

/// Returns the error of a run that cannot be recorded to `file`.
fn refused(file: &Path) -> String {
    let output = run(&["plain"], file);
    assert_eq!(output.status.code(), Some(1));
    text(&output.stderr)
}

#[test]
fn a_path_that_cannot_be_written_is_refused_before_the_run() {
    let folder = Folder::new("refused");
    let missing = folder.file("missing/run.sgnprof");
    assert!(refused(&missing).contains("missing/run.sgnprof` cannot be written"));
    assert!(refused(&folder.file("")).contains("cannot be written"));
    assert!(refused(Path::new("")).contains("the path of a file"));
    if cfg!(unix) {
        assert!(refused(Path::new("/dev/full")).contains("no regular file"));
    }
    let own = folder.file("thesis.txt");
    std::fs::write(&own, "all that I have written").expect("a file of ours");
    assert!(refused(&own).contains("is not overwritten"));
    assert_eq!(
        std::fs::read_to_string(&own).expect("it is there"),
        "all that I have written"
    );
}

#[test]
fn an_earlier_profile_is_replaced() {
    let folder = Folder::new("replaced");
    let file = folder.file("run.sgnprof");
    for strides in ["300", "20"] {
        assert!(run(&["plain", strides], &file).status.success());
    }
    // The source gives its end in a stride of its own.
    assert_eq!(last(&file)["moments"][0]["stride"], 21);
}

#[cfg(unix)]
#[test]
fn a_file_that_another_process_writes_is_left_alone() {
    let folder = Folder::new("shared");
    let file = folder.file("run.sgnprof");
    let (mut first, _output) = start(&mut probe(&["plain", "100000", "1"], &file));
    wait_for(100, &file);
    assert!(refused(&file).contains("another process is writing it"));
    // A name with the number of the process is free.
    let own = folder.file("run-%p.sgnprof");
    assert!(run(&["plain"], &own).status.success());
    first.kill().expect("the probe is ours");
    first.wait().expect("the probe is ours");
    assert!(
        last(&file)["moments"]
            .as_array()
            .is_some_and(|moments| !moments.is_empty())
    );
    let files = std::fs::read_dir(folder.file("")).expect("a folder of ours");
    assert_eq!(files.count(), 2);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_costs_the_run_one_warning() {
    let folder = Folder::new("full");
    let file = folder.file("run.sgnprof");
    let path = file.to_str().expect("a path of ours");
    // Files of the shell's children end at 8 KiB, and the signal for it is ignored.
    let limited = format!(
        "trap '' XFSZ; ulimit -f 8; SGN_MEMPROF_EVERY=stride SGN_MEMPROF_FILE='{path}' '{}' plain 2000 0",
        env!("CARGO_BIN_EXE_recording_probe")
    );
    let output = std::process::Command::new("bash")
        .args(["-c", &limited])
        .output()
        .expect("bash is there");
    let errors = text(&output.stderr);
    assert!(output.status.success(), "{errors}");
    assert_eq!(errors.matches("cannot be written").count(), 1, "{errors}");
    let run = last(&file);
    assert!(
        run["moments"][0]["stride"]
            .as_u64()
            .is_some_and(|stride| stride > 0 && stride < 2000)
    );
    assert!(std::fs::metadata(&file).expect("it is there").len() <= 8 << 10);
}

#[test]
fn a_limit_thins_out_old_moments_and_loses_none_of_the_run() {
    let folder = Folder::new("limit");
    let file = folder.file("run.sgnprof");
    let output = probe(&["plain", "12000", "0"], &file)
        .env("SGN_MEMPROF_EVERY", "stride")
        .env("SGN_MEMPROF_FILE_LIMIT", "64KiB")
        .output()
        .expect("the probe starts");
    assert!(output.status.success(), "{}", text(&output.stderr));
    let length = std::fs::metadata(&file).expect("it is there").len();
    assert!(length < 80 << 10, "{length}");
    let path = file.to_str().expect("a path of ours");
    let (out, err, status) = crate::probe::sgn(&["export", path, "--format", "json"]);
    assert_eq!(status, 0, "{err}");
    let run: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    let strides: Vec<u64> = run["moments"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|moment| moment["stride"].as_u64().expect("a number"))
        .collect();
    assert_eq!((strides[0], *strides.last().expect("some")), (1, 12_001));
    assert!(strides.is_sorted() && strides.len() > 30, "{strides:?}");
    let kinds: Vec<String> = events(&run).into_iter().map(|(kind, _)| kind).collect();
    assert!(
        kinds.contains(&String::from("start")) && kinds.last().is_some_and(|kind| kind == "end")
    );
}

#[test]
fn variables_with_nonsense_are_refused() {
    let folder = Folder::new("nonsense");
    let file = folder.file("run.sgnprof");
    for (name, value, words) in [
        ("SGN_MEMPROF_FILE_LIMIT", "1KiB", "from 64 KiB up"),
        ("SGN_MEMPROF_FILE_LIMIT", "lots", "such as `64MiB`"),
        ("SGN_MEMPROF_FILE_ARGUMENTS", "none", "`all`, or `names`"),
        ("SGN_MEMPROF_SIGNAL", "SIGKILL", "`SIGUSR1`"),
        ("SGN_MEMPROF_HTML", "page.rs", "such as `run.html`"),
        ("SGN_MEMPROF_EVERY", "sometimes", "a duration"),
    ] {
        let output = probe(&["plain"], &file)
            .env(name, value)
            .output()
            .expect("the probe starts");
        let errors = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{name}");
        assert!(errors.contains(name) && errors.contains(words), "{errors}");
    }
}

#[test]
fn arguments_can_be_left_without_values() {
    let folder = Folder::new("arguments");
    let file = folder.file("run.sgnprof");
    let output = probe(&["plain", "3", "0", "--key=secret"], &file)
        .env("SGN_MEMPROF_FILE_ARGUMENTS", "names")
        .output()
        .expect("the probe starts");
    assert!(output.status.success());
    let arguments = &last(&file)["program"]["arguments"];
    assert_eq!(
        *arguments,
        serde_json::json!(["...", "...", "...", "--key=..."])
    );
    let bytes = std::fs::read(&file).expect("it is there");
    assert!(!bytes.windows(6).any(|window| window == b"secret"));
}
