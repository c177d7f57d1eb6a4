//! The mode of the process, which says if blocks are counted, and the byte in each shard that repeats it.
//!
//! The byte is nearer to a thread that allocates. Whoever changes the mode publishes it to all shards,
//! and whoever takes an empty shard publishes it to that one.

use std::sync::atomic::{
    AtomicU8,
    Ordering::{Acquire, Relaxed, SeqCst},
    fence,
};

use crate::memory::sys::arch;

/// The mode of the process. Each shard has a copy.
static MODE: AtomicU8 = AtomicU8::new(ModeByte::UNDECIDED);

/// The mode of the process; [`ModeByte::UNDECIDED`] before the first allocation.
pub(in crate::memory) fn mode() -> u8 {
    MODE.load(Relaxed)
}

/// As [`mode()`]; what was done before it was set is seen.
pub(in crate::memory) fn mode_acquired() -> u8 {
    MODE.load(Acquire)
}

/// As [`mode()`], in one order with all changes of it.
pub(in crate::memory) fn mode_in_order() -> u8 {
    MODE.load(SeqCst)
}

/// Sets the mode; it has to be published then.
pub(in crate::memory) fn set_mode(mode: u8) {
    MODE.store(mode, SeqCst);
}

/// Sets the mode at the first allocation, unless somebody has set another one.
pub(in crate::memory) fn decide(mode: u8) {
    let _ = MODE.compare_exchange(ModeByte::UNDECIDED, mode, SeqCst, SeqCst);
}

/// Stops counting if it is early; `false` if it is not.
pub(in crate::memory) fn end_early() -> bool {
    MODE.compare_exchange(ModeByte::EARLY, ModeByte::OFF, SeqCst, SeqCst)
        .is_ok()
}

/// Stops counting and sampling; `false` if neither was done.
pub(in crate::memory) fn stop() -> bool {
    let was_on = |mode| {
        [ModeByte::ON, ModeByte::SAMPLED]
            .contains(&mode)
            .then_some(ModeByte::OFF)
    };
    MODE.fetch_update(SeqCst, SeqCst, was_on).is_ok()
}

/// Returns true while blocks are counted. A thread asks right after it has noted where to count one.
///
/// Either the thread sees here that they are not, or [`publish`] sees its note and removes it.
pub(in crate::memory) fn is_still_on() -> bool {
    fence(SeqCst);
    MODE.load(SeqCst) == ModeByte::ON
}

/// Hands the mode to `to_all`, which sets the byte of each shard.
///
/// Ends when what it published is still the mode, so that of several threads that change it at once none
/// leaves its copy behind. A shard that is taken meanwhile is not missed: it can be found before
/// [`ModeByte::follow`] reads the mode, and here the mode is set before the shards are looked for.
pub(in crate::memory) fn publish(mut to_all: impl FnMut(u8)) {
    loop {
        let mode = MODE.load(SeqCst);
        fence(SeqCst);
        to_all(published(mode));
        if MODE.load(SeqCst) == mode {
            return;
        }
    }
}

/// Returns the value for a shard's byte. Shards that have to sample get `UNDECIDED`, so that they ask for the mode once
/// more and draw a countdown.
fn published(mode: u8) -> u8 {
    if [ModeByte::SAMPLED, ModeByte::EARLY].contains(&mode) {
        ModeByte::UNDECIDED
    } else {
        mode
    }
}

/// A shard's copy of the mode. Zero is [`UNDECIDED`](Self::UNDECIDED).
#[derive(Debug)]
#[repr(transparent)]
pub(in crate::memory) struct ModeByte(AtomicU8);

impl ModeByte {
    /// Nothing is known: ask for the mode. Zero, which is what a fresh shard says.
    pub(in crate::memory) const UNDECIDED: u8 = 0;
    /// Blocks are not counted.
    pub(in crate::memory) const OFF: u8 = 1;
    /// Blocks are counted.
    pub(in crate::memory) const ON: u8 = 2;
    /// Blocks are sampled. A shard of which the byte does not say so has no countdown yet.
    pub(in crate::memory) const SAMPLED: u8 = 3;
    /// Blocks are not counted, and hardly any was made yet. Each shard asks, as it is told that nothing is decided.
    pub(in crate::memory) const EARLY: u8 = 4;

    pub(super) const fn new() -> Self {
        Self(AtomicU8::new(Self::UNDECIDED))
    }

    /// Returns true if the copy is `MODE`.
    #[inline(always)]
    pub(in crate::memory) fn is<const MODE: u8>(&self) -> bool {
        arch::is_byte::<MODE>(&self.0)
    }

    /// Returns true if the copy says that the countdown runs.
    pub(super) fn is_sampled(&self) -> bool {
        self.0.load(SeqCst) == Self::SAMPLED
    }

    /// Notes that the countdown was drawn, unless the mode is another one meanwhile.
    pub(super) fn begin_to_sample(&self) {
        let _ = self
            .0
            .compare_exchange(Self::UNDECIDED, Self::SAMPLED, SeqCst, SeqCst);
    }

    /// Sets the copy to what [`publish`] hands out.
    pub(in crate::memory) fn set(&self, published: u8) {
        self.0.store(published, SeqCst);
    }

    /// Sets the copy of an empty shard, which can be found already, unless [`publish`] did.
    ///
    /// To a shard that has to sample, [`publish`] gives the value of a fresh shard, so that value does not show
    /// that [`publish`] was here: the copy is taken back if the mode has changed meanwhile.
    pub(super) fn follow(&self) {
        // One that is empty again may have been set late.
        self.0.store(Self::UNDECIDED, SeqCst);
        fence(SeqCst);
        self.follow_what(|| MODE.load(SeqCst));
    }

    fn follow_what(&self, mut mode: impl FnMut() -> u8) {
        let (mut before, mut seen) = (Self::UNDECIDED, mode());
        loop {
            let _ = self
                .0
                .compare_exchange(before, published(seen), SeqCst, SeqCst);
            let now = mode();
            if now == seen {
                return;
            }
            (before, seen) = (published(seen), now);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Another thread begins to sample, and publishes that, between the question which mode it is
    /// and the answer to an empty shard.
    #[test]
    fn an_empty_shard_does_not_get_the_mode_before() {
        for before in [ModeByte::OFF, ModeByte::ON] {
            let copy = ModeByte::new();
            let mut asked = 0;
            copy.follow_what(|| {
                asked += 1;
                if asked == 1 {
                    copy.set(published(ModeByte::SAMPLED));
                    return before;
                }
                ModeByte::SAMPLED
            });
            assert_eq!(
                copy.0.into_inner(),
                published(ModeByte::SAMPLED),
                "{before}"
            );
        }
    }
}
