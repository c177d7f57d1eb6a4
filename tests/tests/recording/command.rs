//! `sgn report` and `sgn diff` on files of real runs.

use std::path::Path;

use crate::probe::{Folder, probe, run, sgn, text};

fn of(path: &Path) -> &str {
    path.to_str().expect("a path of ours")
}

/// Removes what a file does not have: the profiler's own memory, the census, the cause of the report.
fn comparable(report: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut is_census = false;
    for line in report.lines() {
        let line = line.strip_prefix("[MEMPROF] ").unwrap_or(line);
        if line.contains("holders of memory") || line.starts_with("| held by") {
            is_census = true;
        }
        if line.contains("lines of memory usage: cumulative") {
            is_census = false;
        }
        let is_head = line.starts_with("| Every")
            || line.starts_with("| End of run")
            || line.starts_with("| Recorded");
        let is_ours = line.starts_with('|') && !is_head && !is_census;
        if is_ours && line != "|" {
            let line = line
                .split("; the profiler's own memory")
                .next()
                .unwrap_or(line);
            lines.push(line.to_owned());
        }
    }
    lines
}

#[test]
fn the_report_of_a_file_is_that_of_the_run() {
    let folder = Folder::new("report");
    let file = folder.file("run.sgnprof");
    let output = probe(&["plain", "300", "0"], &file)
        .env("SGNLOGLEVEL", "pipeline:MEMPROF")
        .env("SGN_MEMPROF_EVERY", "100")
        .output()
        .expect("the probe starts");
    let live = text(&output.stderr);
    let last = live.rsplit("-----\n").next().expect("a report");
    let (recorded, err, status) = sgn(&["report", of(&file)]);
    assert_eq!(status, 0, "{err}");
    let (live, recorded) = (comparable(last), comparable(&recorded));
    assert!(live.len() > 20, "{live:?}");
    assert_eq!(recorded, live);
    // A finding is the first line.
    assert!(
        recorded[0].starts_with("| GROWS work:src:out"),
        "{recorded:?}"
    );
    assert!(recorded[1].contains("recording_probe.rs:"), "{recorded:?}");
}

#[test]
fn a_diff_fails_if_something_grew_and_names_the_line() {
    let folder = Folder::new("diff");
    let (before, after) = (folder.file("before.sgnprof"), folder.file("after.sgnprof"));
    assert!(run(&["plain", "100"], &before).status.success());
    assert!(run(&["plain", "5000"], &after).status.success());
    let (before, after) = (of(&before), of(&after));

    let (out, err, status) = sgn(&["diff", before, after, "--fail-over", "16KiB"]);
    assert_eq!(status, 1, "{err}{out}");
    assert!(
        out.contains("FAIL: ") && out.contains("recording_probe.rs:"),
        "{out}"
    );
    let rows = out
        .lines()
        .skip(3)
        .take_while(|line| !line.starts_with("FAIL"));
    assert!(
        rows.map(|line| line.chars().count())
            .all(|columns| columns <= 80),
        "{out}"
    );

    let (out, err, status) = sgn(&["diff", before, after, "--fail-over", "1GiB"]);
    assert_eq!(status, 0, "{err}{out}");
    let (out, _, status) = sgn(&["diff", before, before, "--fail-over", "0"]);
    assert_eq!(status, 0, "{out}");
    assert!(out.contains("no change"), "{out}");

    for (by, owner) in [("pad", "work:src:out"), ("element", "work")] {
        let (out, err, status) = sgn(&[
            "diff",
            before,
            after,
            "--by",
            by,
            "--json",
            "--fail-over",
            "16KiB",
        ]);
        assert_eq!(status, 1, "{err}");
        let json: serde_json::Value = serde_json::from_str(&out).expect("JSON");
        let worst = &json["parts"][0];
        assert_eq!(worst["owner"], owner, "{out}");
        assert_eq!(worst["is_over"], true);
    }
}

#[test]
fn the_recipe_for_continuous_integration_finds_what_churn_allocates_anew() {
    let folder = Folder::new("churn");
    let files = ["kept", "fresh"].map(|which| {
        let file = folder.file(&format!("{which}.sgnprof"));
        let mut churn = sgn_tests::examples::example("churn");
        let ran = sgn_tests::examples::run(churn.arg(which).env("SGN_MEMPROF_FILE", &file));
        assert_eq!(ran.code, Some(0), "{}", ran.err);
        file
    });
    let [before, after] = files.each_ref().map(|file| of(file));
    let (out, err, status) = sgn(&["diff", before, after, "--fail-over", "1MiB"]);
    assert_eq!(status, 1, "{err}{out}");
    let line = "let mut smoothed = vec![0.0; samples.len()];";
    assert!(
        out.contains("FAIL: 1 of the lines")
            && out.contains("smooth:src:out")
            && out.contains(line),
        "{out}"
    );
    let (out, err, status) = sgn(&["diff", after, before, "--fail-over", "1MiB"]);
    assert_eq!(status, 0, "{err}{out}");
}

#[test]
fn runs_of_different_programs_are_compared_on_request_only() {
    let folder = Folder::new("programs");
    let (ours, other) = (folder.file("ours.sgnprof"), folder.file("other.sgnprof"));
    assert!(run(&["plain", "10"], &ours).status.success());
    // The same file under the name of another program, whose length is the same.
    let name = b"recording_probe";
    let mut bytes = std::fs::read(&ours).expect("it is there");
    let mut at = 8;
    while at < bytes.len() {
        let length = u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four bytes")) as usize;
        let body = &mut bytes[at + 8..at + 8 + length];
        if let Some(place) = body.windows(name.len()).position(|window| window == name)
            && body[0] == 1
        {
            body[place..place + name.len()].copy_from_slice(b"another_program");
            let sum = checksum(&bytes[at + 8..at + 8 + length]);
            bytes[at + 4..at + 8].copy_from_slice(&sum.to_le_bytes());
        }
        at += 8 + length;
    }
    std::fs::write(&other, bytes).expect("a file of ours");
    let (_, err, status) = sgn(&["diff", of(&ours), of(&other)]);
    assert_eq!(status, 1);
    assert!(
        err.contains("another_program") && err.contains("--any-program"),
        "{err}"
    );
    let (_, _, status) = sgn(&["diff", of(&ours), of(&other), "--any-program"]);
    assert_eq!(status, 0);
}

/// CRC-32, bit by bit.
fn checksum(bytes: &[u8]) -> u32 {
    let mut rest = u32::MAX;
    for byte in bytes {
        rest ^= u32::from(*byte);
        for _ in 0..8 {
            rest = (rest >> 1) ^ (0xedb8_8320 & (rest & 1).wrapping_neg());
        }
    }
    !rest
}
