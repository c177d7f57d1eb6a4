//! What `SGNLOGLEVEL` asks for is done, or it is told that it is not.

use std::process::Command;

fn run(levels: &str, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_request_probe"))
        .args(arguments)
        .env("SGNLOGLEVEL", levels)
        .env("SGN_MEMPROF_EVERY", "stride")
        .env_remove("JOURNAL_STREAM")
        .output()
        .expect("the probe starts");
    let text = String::from_utf8(output.stderr).expect("lines are UTF-8");
    assert!(output.status.success(), "{text}");
    text
}

/// The rows of the last table: name and live bytes.
fn rows(report: &str) -> Vec<(String, u64)> {
    let (_, table) = report.rsplit_once("[MEMPROF] | bytes of").expect("a table");
    let rows = table.lines().skip(1).map_while(|line| {
        let mut words = line.strip_prefix("[MEMPROF] | ")?.split_whitespace();
        Some((words.next()?.to_owned(), words.next()?.parse().ok()?))
    });
    rows.collect()
}

#[test]
fn a_name_with_memprof_reports_that_element() {
    for levels in ["lens:MEMPROF", "transform:MEMPROF", "CRITICAL lens:MEMPROF"] {
        let report = run(levels, &[]);
        assert!(
            report.contains("[MEMPROF] | Only the lines and pads of `lens`\n"),
            "{report}"
        );
        assert!(report.contains("request_probe.rs:"), "{report}");
        assert!(report.contains("let wide = vec![x; 1000];"), "{report}");
        let rows = rows(&report);
        let names: Vec<&str> = rows.iter().map(|(name, _)| name.as_str()).collect();
        assert!(names.starts_with(&["lens:src:out"]), "{names:?}");
        assert!(names.contains(&"(others)"), "{names:?}");
        assert!(
            !names.iter().any(|name| name.starts_with("film")),
            "{names:?}"
        );
        let (total, parts) = rows.split_last().expect("there are rows");
        assert_eq!(total.0, "total");
        assert_eq!(
            parts.iter().map(|(_, bytes)| bytes).sum::<u64>(),
            total.1,
            "{report}"
        );
        assert!(!report.contains("WARNING pipeline"), "{report}");
    }
    let whole = run("pipeline:MEMPROF lens:MEMPROF", &[]);
    assert!(
        whole.contains("film:snk:in") && !whole.contains("Only the lines"),
        "{whole}"
    );
}

#[test]
fn the_tutorial_of_the_peer_warns_of_nothing() {
    let text = run("pipeline:MEMPROF source:INFO sink:INFO", &[]);
    assert!(text.contains("[MEMPROF] | Top 10 lines"), "{text}");
    assert!(text.contains("INFO camera: started"), "{text}");
    assert!(!text.contains("SGNLOGLEVEL"), "{text}");
}

#[test]
fn a_request_for_nobody_is_told_once() {
    let text = run("lenz:MEMPROF source:INFO,sink:INFO", &["warn", "twice"]);
    let told = |says: &str| text.matches(says).count();
    assert_eq!(told("names the logger `lenz`"), 1, "{text}");
    assert_eq!(told("did you mean `lens`?"), 1, "{text}");
    assert_eq!(told("separate items by white space"), 1, "{text}");
}

#[test]
fn a_request_that_the_subscriber_of_the_application_does_not_take_is_told_once() {
    let not_taken =
        "asks for `pipeline:MEMPROF`, `source:DEBUG`, which the application's own subscriber";
    for level in ["warn", "off"] {
        let text = run("pipeline:MEMPROF source:DEBUG", &[level, "twice"]);
        assert_eq!(text.matches(not_taken).count(), 1, "{level}: {text}");
        assert!(!text.contains("[MEMPROF]"), "{text}");
        assert_eq!(text.contains("APP sgn"), level == "warn", "{text}");
    }
    let text = run("pipeline:MEMPROF source:DEBUG", &["trace"]);
    assert!(
        text.contains("APP sgn::memprof") && !text.contains("own subscriber"),
        "{text}"
    );

    let text = run("", &["error", "twice", "report"]);
    let not_taken = "the run asks for the memory report, but the application's own subscriber";
    assert_eq!(text.matches(not_taken).count(), 1, "{text}");
}
