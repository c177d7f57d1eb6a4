//! The owner and line of a thread, for another one that works on its behalf.

use crate::memory::id::mark::Mark;
use crate::memory::id::owner::OwnerId;
use crate::memory::scopes::register::Hold;
use crate::memory::scopes::scope::Scope;
use crate::memory::thread::state;

/// The owner and line of a thread at one moment, for other threads to take over.
///
/// Holds the owner: its number is not assigned again while this value exists, even if the owner is released.
#[derive(Clone, Debug)]
pub(crate) struct Origin {
    hold: Hold,
    mark: Option<&'static Mark>,
}

impl Origin {
    /// Returns the owner and the line of the calling thread.
    pub(crate) fn current() -> Self {
        let (owner, mark) = state::owner_and_mark();
        Self {
            hold: Hold::new(owner),
            mark,
        }
    }

    /// Returns the owner.
    pub(crate) const fn owner(&self) -> OwnerId {
        self.hold.owner()
    }

    /// Charges the calling thread's allocations to this owner and line from now on.
    pub(crate) fn set(&self) {
        state::enter_at(self.hold.owner(), self.mark);
    }
}

impl Scope {
    /// Charges to the owner and the line that were current where `origin` was made.
    pub(crate) fn take_over(origin: &Origin) -> Self {
        Self::enter_at(origin.hold.owner(), origin.mark)
    }
}
