//! The same in a process of its own: signals, strides that take time, and what a user is told.

use std::io::{BufRead as _, BufReader, Lines, Read as _};
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

const PROBE: &str = env!("CARGO_BIN_EXE_end_probe");

/// A run that is asked to end does so after a second at most; the rest is for the machine.
const LIMIT: Duration = Duration::from_secs(2);

struct Probe {
    child: Child,
    output: Lines<BufReader<ChildStdout>>,
}

impl Probe {
    fn start(arguments: &[&str], levels: Option<&str>) -> Self {
        let mut command = Command::new(PROBE);
        command.args(arguments).env_remove("JOURNAL_STREAM");
        match levels {
            Some(levels) => command.env("SGNLOGLEVEL", levels),
            None => command.env_remove("SGNLOGLEVEL"),
        };
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let output = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, output }
    }

    fn line(&mut self) -> String {
        self.output.next().expect("a line").unwrap()
    }

    /// Waits for a line that may come in between others.
    fn says(&mut self, expected: &str) {
        while self.line() != expected {}
    }

    fn terminate(&self) {
        let process = self.child.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &process]).status();
        assert!(sent.unwrap().success());
    }

    /// The last line on standard output, and the lines on standard error without their times.
    fn end(mut self) -> (ExitStatus, String, Vec<String>) {
        // The thread that watches for signals may write its line after the last one.
        let lines = self.output.map(Result::unwrap);
        let lines = lines.filter(|line| !line.starts_with("received "));
        let last = lines.last().unwrap_or_default();
        let mut error = String::new();
        let mut pipe = self.child.stderr.take().unwrap();
        pipe.read_to_string(&mut error).unwrap();
        let lines = error.lines().map(|line| match line.split_once("Z ") {
            Some((_, rest)) => rest.to_owned(),
            None => line.to_owned(),
        });
        (self.child.wait().unwrap(), last, lines.collect())
    }
}

const INTERRUPTED: &str = "WARNING pipeline: SIGTERM: the streams end now, and the run when all sinks have seen it; \
                           a second signal kills the process";

#[test]
fn sigterm_ends_a_run_that_lost_its_end() {
    for what in ["function", "struct", "dynamic", "diamond"] {
        for pace in ["quick", "slow"] {
            let mut probe = Probe::start(&[what, pace], None);
            probe.says("running");
            let asked = Instant::now();
            probe.terminate();
            let (status, last, told) = probe.end();
            assert!(
                asked.elapsed() < LIMIT,
                "{what}, {pace}: {:?}",
                asked.elapsed()
            );
            assert!(status.success(), "{what}, {pace}: {status}");
            assert!(
                last.starts_with("EndLost of t: stopped by SIGTERM, but element `t`"),
                "{last}"
            );
            assert_eq!(told, [INTERRUPTED], "{what}, {pace}");
        }
    }
}

#[test]
fn a_stop_handle_ends_a_run_that_lost_its_end() {
    for what in ["function", "struct", "dynamic", "diamond"] {
        for pace in ["quick", "slow"] {
            let asked = Instant::now();
            let probe = Probe::start(&[what, pace, "stop"], None);
            let (status, last, told) = probe.end();
            assert!(
                asked.elapsed() < LIMIT,
                "{what}, {pace}: {:?}",
                asked.elapsed()
            );
            assert!(status.success(), "{what}, {pace}: {status}");
            assert!(
                last.starts_with("EndLost of t: stopped by a stop handle, but"),
                "{last}"
            );
            assert!(told.is_empty(), "{told:?}");
        }
    }
}

#[test]
fn a_run_that_lost_its_end_by_itself_ends() {
    for what in ["function", "struct", "dynamic", "diamond"] {
        for pace in ["quick", "slow"] {
            let asked = Instant::now();
            let probe = Probe::start(&[what, pace, "few"], None);
            let (status, last, _) = probe.end();
            assert!(
                asked.elapsed() < LIMIT,
                "{what}, {pace}: {:?}",
                asked.elapsed()
            );
            assert!(status.success(), "{what}, {pace}: {status}");
            assert!(last.starts_with("EndLost of t: element `t`"), "{last}");
        }
    }
}

#[test]
fn an_interrupted_run_says_so_once() {
    for levels in [None, Some("WARNING"), Some("pipeline:INFO ERROR")] {
        let mut probe = Probe::start(&["nothing"], levels);
        probe.says("running");
        probe.terminate();
        let (status, last, mut told) = probe.end();
        assert!(status.success(), "{status}");
        assert_eq!(last, "finished true, stopped by SIGTERM");
        assert_eq!(told.remove(0), INTERRUPTED);
        let rest: Vec<bool> = told
            .iter()
            .map(|line| {
                line.starts_with("INFO pipeline: ") && line.ends_with(" s, stopped by SIGTERM")
            })
            .collect();
        let expected: &[bool] = if levels == Some("pipeline:INFO ERROR") {
            &[true]
        } else {
            &[]
        };
        assert_eq!(rest, expected, "{told:?}");
    }
}

#[test]
fn two_runs_that_are_interrupted_say_so_once() {
    let mut probe = Probe::start(&["nothing", "twin"], None);
    probe.says("running");
    probe.says("running");
    probe.terminate();
    let (status, last, told) = probe.end();
    assert!(status.success(), "{status}");
    assert_eq!(last, "finished true, stopped by SIGTERM");
    assert_eq!(told, [INTERRUPTED]);
}

#[test]
fn an_interrupted_run_is_silent_if_it_is_told_to_be() {
    let mut probe = Probe::start(&["nothing"], Some("ERROR"));
    probe.says("running");
    probe.terminate();
    let (status, last, told) = probe.end();
    assert!(status.success(), "{status}");
    assert_eq!(last, "finished true, stopped by SIGTERM");
    assert!(told.is_empty(), "{told:?}");
}

#[test]
fn a_second_signal_kills_a_run_whose_source_does_not_return() {
    let mut probe = Probe::start(&["nothing", "blocks"], None);
    probe.says("running");
    probe.terminate();
    probe.says("received SIGTERM");
    probe.terminate();
    let (status, ..) = probe.end();
    assert_eq!(status.signal(), Some(libc::SIGTERM));
}

#[test]
fn debug_says_where_the_streams_end() {
    let probe = Probe::start(&["diamond", "few"], Some("pipeline:DEBUG"));
    let (status, _, told) = probe.end();
    assert!(status.success(), "{status}");
    assert_eq!(
        told[..4],
        [
            "DEBUG pipeline: the run starts: 4 elements, called in the order `src`, `t`, `plain`, `snk`",
            "DEBUG pipeline: `src` gave its first EOS in stride 3, on `src:src:out`",
            "DEBUG pipeline: `plain` gave its first EOS in stride 3, on `plain:src:x`",
            "DEBUG pipeline: all sources have ended in stride 3",
        ]
    );
    assert!(
        told[4].starts_with("ERROR pipeline: element `t` (lose) has lost the end of its streams")
    );
    assert_eq!(told.len(), 5, "{told:?}");
}

#[test]
fn debug_says_who_stopped_and_which_sinks_ended() {
    let probe = Probe::start(&["delay", "stop"], Some("pipeline:DEBUG"));
    let (status, last, told) = probe.end();
    assert!(status.success(), "{status}");
    assert_eq!(last, "finished true, stopped by a stop handle");
    let expected = [
        "DEBUG pipeline: the run starts: 3 elements",
        "DEBUG pipeline: the streams end now: a stop handle asked for it",
        "DEBUG pipeline: `src` gave its first EOS in stride ",
        "DEBUG pipeline: all sources have ended in stride ",
        "DEBUG pipeline: `t` gave its first EOS in stride ",
        "DEBUG pipeline: sink `snk` ended in stride ",
        "INFO pipeline: ",
    ];
    assert_eq!(told.len(), expected.len(), "{told:?}");
    for (line, expected) in told.iter().zip(expected) {
        assert!(line.starts_with(expected), "{line}");
    }
}

#[test]
fn a_run_that_waits_for_a_transform_says_so_once() {
    let probe = Probe::start(&["delay", "few", "hasty"], Some("WARNING"));
    let (status, last, told) = probe.end();
    assert!(status.success(), "{status}");
    assert_eq!(last, "finished true, stopped by nobody");
    assert_eq!(
        told,
        [
            "WARNING pipeline: all sources have ended, and the run waits for `t`, which has given no EOS on `t:src:out` \
          for 0.0 s, in 1 of at most 16 strides"
        ]
    );
}

#[test]
fn a_run_without_incident_is_silent() {
    let (status, last, told) = Probe::start(&["nothing", "few"], None).end();
    assert!(status.success(), "{status}");
    assert_eq!(last, "finished true, stopped by nobody");
    assert!(told.is_empty(), "{told:?}");
}
