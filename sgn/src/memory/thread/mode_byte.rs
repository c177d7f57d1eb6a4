//! The process-wide mode, which says if blocks are counted, and the copy of it in each shard.
//!
//! A thread that allocates reads the copy in its own shard. Changing the mode publishes it to all shards, and a thread
//! that takes an empty shard copies the mode into it.

use std::sync::atomic::{
    AtomicU8,
    Ordering::{Acquire, Relaxed, SeqCst},
    fence,
};

use crate::memory::sys::arch;

/// The process-wide mode. Each shard has a copy.
static MODE: AtomicU8 = AtomicU8::new(ModeByte::UNDECIDED);

/// Returns the process-wide mode; [`ModeByte::UNDECIDED`] before the first allocation.
pub(in crate::memory) fn mode() -> u8 {
    MODE.load(Relaxed)
}

/// Returns what [`mode()`] does, and acquires the writes made before the mode was set.
pub(in crate::memory) fn mode_acquired() -> u8 {
    MODE.load(Acquire)
}

/// Returns what [`mode()`] does, by a `SeqCst` load; all changes of the mode are `SeqCst`, too.
pub(in crate::memory) fn mode_in_order() -> u8 {
    MODE.load(SeqCst)
}

/// Sets the mode; the caller has to publish it.
pub(in crate::memory) fn set_mode(mode: u8) {
    MODE.store(mode, SeqCst);
}

/// Sets the mode at the first allocation, unless another thread has set one.
pub(in crate::memory) fn decide(mode: u8) {
    let _ = MODE.compare_exchange(ModeByte::UNDECIDED, mode, SeqCst, SeqCst);
}

/// Changes the mode from `EARLY` to `OFF`; `false` if it is another one.
pub(in crate::memory) fn end_early() -> bool {
    MODE.compare_exchange(ModeByte::EARLY, ModeByte::OFF, SeqCst, SeqCst)
        .is_ok()
}

/// Stops counting and sampling; `false` if both were off.
pub(in crate::memory) fn stop() -> bool {
    let was_on = |mode| {
        [ModeByte::ON, ModeByte::SAMPLED]
            .contains(&mode)
            .then_some(ModeByte::OFF)
    };
    MODE.fetch_update(SeqCst, SeqCst, was_on).is_ok()
}

/// Returns true while blocks are counted. A thread calls this right after it has added an entry to its site cache.
///
/// Either the thread sees here that the mode has changed, or [`publish`] sees the entry and clears it.
pub(in crate::memory) fn is_still_on() -> bool {
    fence(SeqCst);
    MODE.load(SeqCst) == ModeByte::ON
}

/// Calls `to_all` with the mode, to set the byte of each shard.
///
/// Repeats until the published mode is still current, so that no shard keeps an old mode if several threads change it
/// at once. A shard that a thread takes meanwhile is not missed. The thread lists the shard and then reads the mode, in
/// [`ModeByte::follow`]; here the mode is set, and then the shards are visited. So at least one of the two sees what
/// the other did.
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

/// Returns the value for a shard's byte. For sampling it is `UNDECIDED`, so that the shard's thread reads the mode once
/// more, and draws a countdown; for `EARLY`, so that it reads the mode at each allocation.
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
    /// The shard has no copy yet: read the process-wide mode. Zero, as in a fresh shard.
    pub(in crate::memory) const UNDECIDED: u8 = 0;
    /// Blocks are not counted.
    pub(in crate::memory) const OFF: u8 = 1;
    /// Blocks are counted.
    pub(in crate::memory) const ON: u8 = 2;
    /// Blocks are sampled. A shard's copy gets this value only when its countdown is drawn.
    pub(in crate::memory) const SAMPLED: u8 = 3;
    /// Blocks are not counted, and the process has allocated at most `MOST_EARLY` bytes. Shards
    /// get `UNDECIDED` for it, so that each allocation reads the mode.
    pub(in crate::memory) const EARLY: u8 = 4;

    pub(super) const fn new() -> Self {
        Self(AtomicU8::new(Self::UNDECIDED))
    }

    /// Returns true if the copy is `MODE`.
    #[inline(always)]
    pub(in crate::memory) fn is<const MODE: u8>(&self) -> bool {
        arch::is_byte::<MODE>(&self.0)
    }

    /// Returns true if the countdown is running.
    pub(super) fn is_sampled(&self) -> bool {
        self.0.load(SeqCst) == Self::SAMPLED
    }

    /// Records that the countdown was drawn, unless the mode has changed meanwhile.
    pub(super) fn begin_to_sample(&self) {
        let _ = self
            .0
            .compare_exchange(Self::UNDECIDED, Self::SAMPLED, SeqCst, SeqCst);
    }

    /// Sets the copy to the value that [`publish`] passes.
    pub(in crate::memory) fn set(&self, published: u8) {
        self.0.store(published, SeqCst);
    }

    /// Copies the mode into an empty shard. Other threads can see the shard already, so [`publish`] may do the same.
    ///
    /// The byte does not show whether [`publish`] has done so: for sampling it stores the value of a fresh shard. So
    /// the copy is corrected if the mode has changed meanwhile.
    pub(super) fn follow(&self) {
        // [`publish`] may have stored an old mode into a reused shard after the shard was emptied.
        self.0.store(Self::UNDECIDED, SeqCst);
        fence(SeqCst);
        self.follow_what(|| MODE.load(SeqCst));
    }

    /// Does what [`follow`](Self::follow) does, with `mode` to read the process-wide mode; a test passes its own.
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

    /// Another thread starts sampling and publishes the mode, after an empty shard has read the old mode and before it
    /// stores the copy.
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
