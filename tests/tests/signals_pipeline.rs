//! A signal ends the streams of a running pipeline in order.
#![cfg(unix)]
#![expect(unsafe_code, reason = "signals are heeded by a call into C")]

use std::process::Command;

use libc::{SIG_DFL, SIGINT};
use sgn::prelude::*;

/// Gives numbers for ever.
#[sgn::source]
fn count(#[state] n: &mut u64) -> u64 {
    *n += 1;
    *n
}

/// Sends SIGINT to this process with its third frame, and waits until the frames say that somebody noticed.
#[sgn::sink]
struct Interrupts {
    #[state]
    frames: u64,
    #[state]
    last_is_eos: bool,
}

#[sgn::sink]
impl Interrupts {
    fn pull(&mut self, x: &Frame<u64>) -> std::io::Result<()> {
        self.frames += 1;
        self.last_is_eos = x.is_eos();
        assert!(self.frames < 1_000_000_000, "the signal ends the run");
        if self.frames == 3 {
            let process = std::process::id().to_string();
            let sent = Command::new("kill").args(["-INT", &process]).status()?;
            assert!(sent.success());
        }
        Ok(())
    }
}

#[test]
fn sigint_ends_the_streams_and_the_run_returns() {
    // A test run in the background of a shell ignores SIGINT, and a run leaves it so.
    // SAFETY: the default disposition runs no code, and this is the only test of its process.
    unsafe { libc::signal(SIGINT, SIG_DFL) };
    let mut pipeline = Pipeline::new();
    let source = pipeline.add(count::builder("src")).expect("a source");
    let sink = pipeline.add(Interrupts::builder("snk")).expect("a sink");
    pipeline.link(source.out, sink.x).expect("a link");
    let summary = pipeline.run_with(RunOptions::new()).expect("no failure");
    assert!(summary.stopped && summary.finished);
    let sink = pipeline.element(&sink).expect("the sink");
    assert!(sink.last_is_eos, "the sink has seen the end");
    assert_eq!(summary.strides, sink.frames);
}
