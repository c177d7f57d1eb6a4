//! Payloads that are counted: each that is made ends once, or never if somebody forgot it.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread;

use sgn::prelude::*;

/// How many payloads were made, and how many have ended.
#[derive(Debug, Default)]
pub(crate) struct Lives {
    made: AtomicUsize,
    ended: AtomicUsize,
}

impl Lives {
    pub(crate) const fn new() -> Self {
        Self {
            made: AtomicUsize::new(0),
            ended: AtomicUsize::new(0),
        }
    }

    pub(crate) fn made(&self) -> usize {
        self.made.load(Relaxed)
    }

    pub(crate) fn left(&self) -> usize {
        self.made().strict_sub(self.ended.load(Relaxed))
    }
}

/// A payload with memory of its own, which Miri watches.
#[derive(Debug)]
pub(crate) struct Life {
    pub(crate) number: Box<usize>,
    lives: &'static Lives,
    /// Panics when the payload of this number is cloned.
    pub(crate) fails_to_clone: Option<usize>,
    /// Panics when the payload of this number ends.
    pub(crate) fails_to_end: Option<usize>,
}

impl Life {
    pub(crate) fn new(lives: &'static Lives) -> Self {
        let number = lives.made.fetch_add(1, Relaxed);
        Self {
            number: Box::new(number),
            lives,
            fails_to_clone: None,
            fails_to_end: None,
        }
    }
}

impl Clone for Life {
    fn clone(&self) -> Self {
        if self.fails_to_clone == Some(*self.number) {
            panic_quietly("no clone, as told");
        }
        self.lives.made.fetch_add(1, Relaxed);
        Self {
            number: self.number.clone(),
            ..*self
        }
    }
}

impl Drop for Life {
    fn drop(&mut self) {
        self.lives.ended.fetch_add(1, Relaxed);
        if self.fails_to_end == Some(*self.number) && !thread::panicking() {
            panic_quietly("no end, as told");
        }
    }
}

/// Makes a payload a stride.
#[sgn::source]
pub(crate) struct Births {
    #[prop]
    lives: &'static Lives,
    #[prop(default, into)]
    fails_to_clone: Option<usize>,
    #[prop(default, into)]
    fails_to_end: Option<usize>,
}

#[sgn::source]
impl Births {
    fn new(&mut self) -> Frame<Life> {
        let mut life = Life::new(self.lives);
        life.fails_to_clone = self.fails_to_clone;
        life.fails_to_end = self.fails_to_end;
        Frame::new(life)
    }
}

/// Calls `work` on another thread.
pub(crate) fn elsewhere<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    thread::scope(|threads| threads.spawn(work).join().unwrap())
}

/// Panics without a message of the runtime, which takes Miri ten seconds.
pub(crate) fn panic_quietly(why: &'static str) -> ! {
    resume_unwind(Box::new(why))
}

/// Whether `work` panicked.
pub(crate) fn panics(work: impl FnOnce()) -> bool {
    catch_unwind(AssertUnwindSafe(work)).is_err()
}

pub(crate) fn some_strides(strides: u64) -> RunOptions {
    RunOptions::new().max_strides(strides).handle_signals(false)
}
