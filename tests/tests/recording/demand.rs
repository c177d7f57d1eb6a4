//! Reports on demand, by a call, by a signal, and from a stride that does not end.

use crate::probe::{Folder, events, last, run, text};
#[cfg(unix)]
use crate::probe::{probe, start, wait_for};

#[test]
fn a_call_makes_a_report_at_the_end_of_the_stride() {
    let folder = Folder::new("dump");
    let file = folder.file("run.sgnprof");
    let output = run(&["dump"], &file);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let report = text(&output.stderr);
    assert_eq!(
        report.matches("On demand: stride 51 at ").count(),
        1,
        "{report}"
    );
    let dumps = events(&last(&file))
        .into_iter()
        .filter(|(kind, _)| kind == "dump");
    assert_eq!(dumps.count(), 1);
}

#[cfg(unix)]
fn signal(child: &std::process::Child) {
    let status = std::process::Command::new("kill")
        .args(["-USR1", &child.id().to_string()])
        .status();
    assert!(status.expect("kill is there").success());
}

#[cfg(unix)]
#[test]
fn a_signal_makes_a_report_and_one_of_a_stride_that_hangs_says_where() {
    use std::io::Read as _;
    let folder = Folder::new("signal");
    for (kind, strides, millis, words) in [
        ("plain", "2000", "1", "On demand: stride "),
        (
            "hang",
            "60",
            "0",
            "stride 51 has not ended for a second; it is in the element `work`, at its pad `work:src:out`",
        ),
    ] {
        let file = folder.file("run.sgnprof");
        let (child, mut output) =
            start(probe(&[kind, strides, millis], &file).env("SGN_MEMPROF_SIGNAL", "SIGUSR1"));
        if kind == "hang" {
            output
                .read_exact(&mut [0; 7])
                .expect("it says that it hangs");
        }
        // The handler is there before the file.
        wait_for(100, &file);
        signal(&child);
        let mut rest = String::new();
        output.read_to_string(&mut rest).expect("text");
        let output = child.wait_with_output().expect("the probe is ours");
        let report = text(&output.stderr);
        assert!(output.status.success(), "{report}");
        assert!(report.contains(words), "{kind}: {report}");
        assert!(report.contains("work:src:out"), "{kind}: {report}");
        let dumps: Vec<_> = events(&last(&file))
            .into_iter()
            .filter(|(kind, _)| kind == "dump")
            .collect();
        assert_eq!(dumps.len(), 1, "{kind}: {dumps:?}");
    }
}

#[cfg(unix)]
#[test]
fn without_the_option_the_signal_does_as_ever() {
    use std::os::unix::process::ExitStatusExt as _;
    let folder = Folder::new("unasked");
    let (mut child, _output) = start(&mut probe(
        &["plain", "100000", "1"],
        &folder.file("run.sgnprof"),
    ));
    std::thread::sleep(std::time::Duration::from_millis(100));
    signal(&child);
    let status = child.wait().expect("the probe is ours");
    assert!(status.signal().is_some(), "{status:?}");
}
