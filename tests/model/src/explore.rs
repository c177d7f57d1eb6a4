//! Explores a model: all executions of it with few preemptions.

#![expect(
    clippy::disallowed_types,
    reason = "what an exploration has learned, which may end by a panic"
)]

use real::sync::{Arc, Mutex, PoisonError};
use real::thread;

use loom::thread::JoinHandle;

use crate::world::{self, Known, Pace};

pub use crate::world::Change;

/// How often a thread is interrupted at most in an execution where it could go on.
const PREEMPTIONS: usize = 2;

/// An atomic operation of the library: the first line with this text in a function of a file of `memory`.
#[derive(Clone, Copy, Debug)]
pub struct Operation {
    pub file: &'static str,
    pub function: &'static str,
    pub text: &'static str,
}

impl Operation {
    fn line(self) -> u32 {
        let top = concat!(env!("CARGO_MANIFEST_DIR"), "/../../sgn/src/memory/");
        let path = format!("{top}{}", self.file);
        let file =
            real::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
        let lines = (1..).zip(file.lines());
        let mut function = lines.skip_while(|(_, line)| !line.contains(self.function));
        let found = function.find(|(_, line)| line.contains(self.text));
        found
            .unwrap_or_else(|| panic!("not there any more: {self:?}"))
            .0
    }
}

/// Explores `model` with the library as it is.
pub fn holds(model: fn()) {
    if let Err(failure) = run(model, None) {
        real::panic::resume_unwind(failure);
    }
}

/// Explores `model` with one operation of the library changed, and makes sure that it fails.
pub fn fails(model: fn(), change: Change, operation: Operation) {
    let changed = Some((operation.file, operation.line(), change));
    let failed = run(model, changed).is_err();
    assert!(failed, "nobody notices {change:?} of {operation:?}");
}

/// A thread of a model.
pub enum Thread {
    Runs(JoinHandle<()>),
    /// It is to run when it is joined.
    Waits(Box<dyn FnOnce()>),
    Ended,
}

/// Begins a thread of a model.
pub fn spawn(work: impl FnOnce() + 'static) -> Thread {
    world::begin_threads();
    match world::pace() {
        Pace::Free => Thread::Runs(loom::thread::spawn(work)),
        Pace::Eager => {
            Thread::Runs(loom::thread::spawn(work)).join();
            Thread::Ended
        }
        Pace::Lazy => Thread::Waits(Box::new(work)),
    }
}

/// Returns true while threads run one after the other.
pub fn is_learning() -> bool {
    world::pace() != Pace::Free
}

impl Thread {
    /// Waits for the end of the thread.
    pub fn join(self) {
        match self {
            Self::Runs(thread) => thread.join().expect("no panic"),
            Self::Waits(work) => loom::thread::spawn(work).join().expect("no panic"),
            Self::Ended => {}
        }
    }
}

fn run(model: fn(), changed: Option<world::Changed>) -> thread::Result<()> {
    let known = Arc::new(Mutex::new(Known::default()));
    let room = world::room();
    let explore = |pace| {
        let known = Arc::clone(&known);
        // On a thread of the system of its own: loom keeps what is left of an execution that failed.
        let name = format!("{pace:?}");
        let explored = thread::Builder::new().name(name).spawn(move || {
            world::prepare(known, room, changed, pace);
            let mut builder = loom::model::Builder::new();
            builder.preemption_bound = Some(PREEMPTIONS);
            builder.max_branches = 20_000;
            builder.check(move || {
                world::begin();
                model();
            });
        });
        explored.expect("a thread").join()
    };
    // One thread after the other, to learn what they use.
    for pace in [Pace::Eager, Pace::Lazy] {
        explore(pace)?;
    }
    loop {
        let count = || known.lock().unwrap_or_else(PoisonError::into_inner).len();
        let before = count();
        let explored = explore(Pace::Free);
        if count() == before {
            return explored;
        }
    }
}
