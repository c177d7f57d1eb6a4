//! Opens a signal scope and tells standard output what happens; `tests/signals_process.rs` reads it.
//!
//! The argument says what follows the first signal: `hang`, `close` the scope, or `die` by the
//! signal; `read` blocks in a system call before it.

use std::io::{self, Read as _, Write as _};
use std::thread;
use std::time::{Duration, Instant};

use sgn::scheduler::signals::SignalScope;

/// Nothing waits longer, so that a failed test leaves no process behind.
const PATIENCE: Duration = Duration::from_secs(20);

/// The exit status of a probe that no signal has killed.
const SURVIVED: i32 = 7;

fn main() {
    let role = std::env::args().nth(1).unwrap_or_default();
    let scope = SignalScope::enter();
    let watcher = thread::Builder::new().spawn(|| {
        say("open");
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            if let Some(signal) = SignalScope::received() {
                say(&format!("received {signal}"));
                return;
            }
            thread::sleep(Duration::from_millis(1));
        }
        std::process::exit(SURVIVED);
    });
    if role == "read" {
        let count = io::stdin().read(&mut [0]);
        say(&format!("read {count:?}"));
    }
    watcher
        .map(thread::JoinHandle::join)
        .expect("the watcher starts")
        .expect("the watcher ends");
    match role.as_str() {
        "close" => {
            drop(scope);
            say("closed");
            thread::sleep(PATIENCE);
        }
        "die" => scope.raise_received(),
        "hang" => thread::sleep(PATIENCE),
        _ => {}
    }
    std::process::exit(SURVIVED);
}

fn say(line: &str) {
    let mut output = io::stdout().lock();
    // the test that reads this sees the end of the output if it fails
    let _ = writeln!(output, "{line}");
    let _ = output.flush();
}
