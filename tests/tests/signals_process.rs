//! How a program with an open signal scope dies.
#![cfg(unix)]
#![expect(unsafe_code, reason = "signals are sent by a call into C")]

use std::io::{BufRead as _, BufReader, Lines, Write as _};
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};

use libc::{SIGINT, SIGTERM};

const PROBE: &str = env!("CARGO_BIN_EXE_signal_probe");

/// Seconds after which SIGALRM ends a probe, which outlives exec: a handler that went wrong may raise
/// its signal for ever, and then no code of the probe's own runs any more.
const LIFETIME: u32 = 30;

struct Probe {
    child: Child,
    input: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
}

impl Probe {
    /// Starts the command and waits until its scope is open.
    fn start(command: &mut Command) -> Self {
        // a test run in the background of a shell ignores SIGINT, and its children inherit that
        let heed = || {
            for signal in [SIGINT, SIGTERM] {
                // SAFETY: the default disposition runs no code, and `signal` is async-signal-safe,
                // which the time between fork and exec asks for.
                unsafe { libc::signal(signal, libc::SIG_DFL) };
            }
            // SAFETY: `alarm` takes any number, touches no memory and is async-signal-safe.
            unsafe { libc::alarm(LIFETIME) };
            Ok(())
        };
        // SAFETY: the closure allocates nothing, takes no lock and calls nothing but the above.
        unsafe { command.pre_exec(heed) };
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the probe starts");
        let input = child.stdin.take().expect("it is a pipe");
        let output = BufReader::new(child.stdout.take().expect("it is a pipe")).lines();
        let mut probe = Self {
            child,
            input,
            output,
        };
        probe.says("open");
        probe
    }

    fn says(&mut self, expected: &str) {
        let line = self.output.next().map(|line| line.expect("it is UTF-8"));
        assert_eq!(line.as_deref(), Some(expected));
    }

    fn send(&self, signal: i32) {
        let id = i32::try_from(self.child.id()).expect("process ids are positive");
        // SAFETY: `kill` touches no memory; the process is a child that was not waited for, so the
        // id belongs to it still.
        let status = unsafe { libc::kill(id, signal) };
        assert_eq!(status, 0);
    }

    fn end(mut self) -> ExitStatus {
        self.child.wait().expect("it is our child")
    }
}

fn probe(role: &str) -> Probe {
    Probe::start(Command::new(PROBE).arg(role))
}

#[test]
fn the_second_signal_kills_whichever_came_first() {
    for (first, name) in [(SIGINT, "SIGINT"), (SIGTERM, "SIGTERM")] {
        for second in [SIGINT, SIGTERM] {
            let mut probe = probe("hang");
            probe.send(first);
            probe.says(&format!("received {name}"));
            probe.send(second);
            assert_eq!(probe.end().signal(), Some(second));
        }
    }
}

#[test]
fn the_first_signal_alone_does_not_kill() {
    let mut probe = probe("end");
    probe.send(SIGTERM);
    probe.says("received SIGTERM");
    assert_eq!(probe.end().code(), Some(7));
}

#[test]
fn a_closed_scope_leaves_signals_as_they_were() {
    let mut probe = probe("close");
    probe.send(SIGINT);
    probe.says("received SIGINT");
    probe.says("closed");
    probe.send(SIGINT);
    assert_eq!(probe.end().signal(), Some(SIGINT));
}

#[test]
fn raise_received_dies_by_the_signal() {
    for signal in [SIGINT, SIGTERM] {
        let probe = probe("die");
        probe.send(signal);
        assert_eq!(probe.end().signal(), Some(signal));
    }
}

#[test]
fn an_ignored_signal_stays_ignored() {
    let mut command = Command::new("sh");
    command.args(["-c", "trap '' INT; exec \"$0\" hang", PROBE]);
    let mut probe = Probe::start(&mut command);
    probe.send(SIGINT);
    probe.send(SIGTERM);
    probe.says("received SIGTERM");
    probe.send(SIGINT);
    probe.send(SIGTERM);
    assert_eq!(probe.end().signal(), Some(SIGTERM));
}

#[test]
fn a_system_call_is_restarted() {
    let mut probe = probe("read");
    probe.send(SIGINT);
    probe.says("received SIGINT");
    probe.input.write_all(b"x").unwrap();
    probe.says("read Ok(1)");
    assert_eq!(probe.end().code(), Some(7));
}
