//! Runs a pipeline that is asked to end, or ends by itself; `tests/run_cannot_end/process.rs` reads what it says.
//!
//! The first argument is what stands between source and sink; the others are `slow` (strides of 20 ms), `few` (a source
//! of three numbers), `stop` (a stop handle is used from another thread), `blocks` (the source never returns),
//! `hasty` (a grace of no time), and `twin` (another pipeline runs at the same time).

use std::collections::VecDeque;
use std::io::{self, Write as _};
use std::thread;
use std::time::{Duration, Instant};

use sgn::elements::{NullSink, PassThrough};
use sgn::prelude::*;
use sgn::scheduler::signals::SignalScope;

/// Nothing waits longer, so that a failed test leaves no process behind.
const PATIENCE: Duration = Duration::from_secs(30);

/// The exit status of a probe that has not come to an end.
const ENDLESS: i32 = 7;

/// Gives numbers as the arguments say, and tells when it gives the second one.
#[sgn::source]
fn count(#[prop] how: How, #[state] n: &mut u32) -> Frame<u32> {
    *n = n.wrapping_add(1);
    if how.slow {
        thread::sleep(Duration::from_millis(20));
    }
    if *n == 2 {
        say("running");
        if how.blocks {
            thread::sleep(PATIENCE);
        }
    }
    Frame::new(*n).with_eos(how.few && *n >= 3)
}

#[sgn::transform(eos = manual)]
fn lose(x: &Frame<u32>) -> Frame<u32> {
    Frame::from_option(x.data().copied())
}

/// Forgets the flags of its frames.
#[sgn::transform]
struct Lose {
    #[state]
    held: Option<u32>,
}

#[sgn::transform(eos = manual)]
impl Lose {
    fn pull(&mut self, x: Frame<u32>) {
        self.held = x.into_data();
    }

    fn new(&mut self) -> Frame<u32> {
        Frame::from_option(self.held)
    }
}

/// Forgets the flags of all frames of all pads.
#[sgn::transform]
struct LoseAll {
    #[state]
    held: u32,
}

#[sgn::transform(eos = manual)]
impl LoseAll {
    #[pads(dynamic)]
    fn pull(&mut self, _pad: Pad<'_>, x: &Frame<u32>) {
        self.held = x.data().copied().unwrap_or_default();
    }

    #[pads(dynamic)]
    fn new(&mut self, _pad: Pad<'_>) -> Frame<u32> {
        Frame::new(self.held)
    }
}

/// Gives each frame ten strides later.
#[sgn::transform]
struct Delay {
    #[state]
    held: VecDeque<Frame<u32>>,
}

#[sgn::transform(eos = manual)]
impl Delay {
    fn pull(&mut self, x: Frame<u32>) {
        self.held.push_back(x);
    }

    fn new(&mut self) -> Frame<u32> {
        match self.held.len() {
            0..=10 => Frame::gap(),
            _ => self.held.pop_front().unwrap_or_else(Frame::gap),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct How {
    slow: bool,
    few: bool,
    blocks: bool,
}

fn main() -> sgn::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let has = |word: &str| arguments.iter().any(|argument| argument == word);
    let how = How {
        slow: has("slow"),
        few: has("few"),
        blocks: has("blocks"),
    };
    let mut pipeline = Pipeline::new();
    pipeline.add(count::builder("src").how(how))?;
    let pads = between(&mut pipeline, arguments.first().map_or("", String::as_str))?;
    let names: Vec<String> = (0..pads.len()).map(|place| format!("x{place}")).collect();
    let sink = NullSink::<u32>::builder("snk")
        .sink_pads(names.iter().map(String::as_str))
        .eos(EosPolicy::All);
    pipeline.add(sink)?;
    for (pad, name) in pads.iter().zip(&names) {
        pipeline.link_by_name(pad, &format!("snk:snk:{name}"))?;
    }
    watch(has("stop").then(|| pipeline.stop_handle()));
    let mut options = RunOptions::new();
    if has("hasty") {
        options = options.grace_time(Duration::ZERO);
    }
    let twin = has("twin").then(|| thread::Builder::new().spawn(twin));
    let outcome = pipeline.run_with(options);
    if let Some(Ok(twin)) = twin {
        assert!(
            twin.join().is_ok_and(|stopped| stopped),
            "the twin is stopped"
        );
    }
    match outcome {
        Ok(RunSummary {
            finished,
            stopped_by,
            ..
        }) => {
            let by = stopped_by.map_or_else(|| String::from("nobody"), |cause| cause.to_string());
            say(&format!("finished {finished}, stopped by {by}"));
        }
        Err(error) => {
            let element = error.element().unwrap_or("no element");
            say(&format!("{:?} of {element}: {error}", error.kind()));
        }
    }
    Ok(())
}

/// Another run in the same process; whether it was stopped.
fn twin() -> bool {
    let how = How {
        slow: true,
        few: false,
        blocks: false,
    };
    let mut pipeline = Pipeline::new();
    let sink = NullSink::<u32>::builder("snk").sink_pads(["out"]);
    let run = pipeline
        .connect(count::builder("src").how(how), sink)
        .and_then(|()| pipeline.run_with(RunOptions::new()));
    run.is_ok_and(|summary| summary.stopped)
}

/// Adds what stands between source and sink; the source pads that are left.
fn between(pipeline: &mut Pipeline, what: &str) -> sgn::Result<Vec<String>> {
    let one = |name: &str| vec![format!("{name}:src:out")];
    match what {
        "function" => pipeline.add(lose::builder("t")).map(|_| ())?,
        "struct" => pipeline.add(Lose::builder("t")).map(|_| ())?,
        "delay" => pipeline.add(Delay::builder("t")).map(|_| ())?,
        "dynamic" => {
            let pads = LoseAll::builder("t")
                .sink_pads(["x"])
                .source_pads(["a", "b"]);
            pipeline.add(pads)?;
            pipeline.link_by_name("src:src:out", "t:snk:x")?;
            return Ok(vec!["t:src:a".to_owned(), "t:src:b".to_owned()]);
        }
        "diamond" => {
            pipeline.add(lose::builder("t"))?;
            let plain = PassThrough::<u32>::builder("plain");
            pipeline.add(plain.sink_pads(["x"]).source_pads(["x"]))?;
            pipeline.link_by_name("src:src:out", "t:snk:x")?;
            pipeline.link_by_name("src:src:out", "plain:snk:x")?;
            return Ok(vec!["t:src:out".to_owned(), "plain:src:x".to_owned()]);
        }
        _ => return Ok(one("src")),
    }
    pipeline.link_by_name("src:src:out", "t:snk:x")?;
    Ok(one("t"))
}

/// Uses `stop` when the run has begun, tells of the first signal, and ends a process that does not end.
fn watch(stop: Option<StopHandle>) {
    let start = Instant::now();
    let watcher = thread::Builder::new().spawn(move || {
        let mut told = false;
        while start.elapsed() < PATIENCE {
            thread::sleep(Duration::from_millis(1));
            if let (Some(stop), true) = (&stop, start.elapsed() > Duration::from_millis(100)) {
                stop.stop();
            }
            if let (Some(signal), false) = (SignalScope::received(), told) {
                told = true;
                say(&format!("received {signal}"));
            }
        }
        std::process::exit(ENDLESS);
    });
    assert!(watcher.is_ok(), "the watcher starts");
}

fn say(line: &str) {
    let mut output = io::stdout().lock();
    // the test that reads this sees the end of the output if it fails
    let _ = writeln!(output, "{line}");
    let _ = output.flush();
}
