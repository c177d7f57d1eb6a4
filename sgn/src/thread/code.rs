//! Charges the code of an element to the element on threads without an owner.
//!
//! A closure in a method of an element may run on a thread without an owner: one that was started by other means than
//! those of this module, or one of a shared pool. The macros write a guard at the start of its body. If the thread has
//! no owner, the guard charges its allocations to the element that runs this code.

use std::cell::RefCell;
use std::sync::OnceLock;

use super::code_place::CodePlace;
use super::running::{self, Cell};
use crate::memory::{self, Hold, OwnerId, Scope};

/// A function of an element, as a static beside its marks.
#[derive(Debug)]
pub struct Code {
    place: CodePlace,
    /// The pad that it serves, such as `snk:in`, or `snk:*` for pads named at construction; empty for none.
    pad: &'static str,
    runner: OnceLock<&'static Cell>,
}

impl Code {
    /// Returns a function of the element at `place` that serves `pad`.
    #[must_use]
    pub const fn new(place: CodePlace, pad: &'static str) -> Self {
        Self {
            place,
            pad,
            runner: OnceLock::new(),
        }
    }

    /// Charges the allocations of a thread without an owner to the element, and restores the owner and the line when
    /// the guard is dropped.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn enter(&'static self) -> Scope {
        let scope = Scope::save();
        if memory::owner() == OwnerId::UNATTRIBUTED {
            self.find_owner();
        }
        scope
    }

    #[cold]
    #[inline(never)]
    fn find_owner(&self) {
        let runner = self
            .runner
            .get_or_init(|| running::cell(self.place, self.pad));
        if let Some(owner) = runner.owner().and_then(|owner| keep(owner, runner)) {
            memory::change_owner(owner);
        }
    }
}

thread_local! {
    /// The owner that the thread had last, held so that its number is not assigned again while the thread may have it.
    static KEPT: RefCell<Option<Hold>> = const { RefCell::new(None) };
}

/// Holds `owner` for the calling thread, or the owner that `runner` names by then; `None` if the thread ends or no
/// element runs the code.
fn keep(owner: OwnerId, runner: &Cell) -> Option<OwnerId> {
    KEPT.try_with(|kept| {
        let is_kept = |hold: &Option<Hold>| hold.as_ref().is_some_and(|hold| hold.owner() == owner);
        // The held owner is the one in the cell: its number was not assigned again.
        if is_kept(&kept.borrow()) {
            return Some(owner);
        }
        memory::scope(OwnerId::PROFILER, || {
            let hold = running::hold(runner)?;
            let owner = hold.owner();
            let before = kept.replace(Some(hold));
            drop(before);
            Some(owner)
        })
    })
    .ok()
    .flatten()
}
