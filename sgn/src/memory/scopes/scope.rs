//! Scopes, which set the owner of a thread's allocations.

use std::marker::PhantomData;

use crate::memory::id::mark::Mark;
use crate::memory::id::owner::OwnerId;
use crate::memory::thread::state::{self, Saved};

/// Charges the calling thread's allocations to an owner until it is dropped.
///
/// Scopes nest; dropping one, also while a panic unwinds, goes back to the owner and the line that
/// were current before. Entering and leaving are a few stores each.
///
/// ```
/// use sgn::memory::{OwnerId, Scope, owner, register};
///
/// let gain = register("gain:src:out");
/// {
///     let _scope = Scope::enter(gain);
///     assert_eq!(owner(), gain);
/// }
/// assert_eq!(owner(), OwnerId::UNATTRIBUTED);
/// ```
///
/// A scope belongs to the thread that entered it:
///
/// ```compile_fail
/// let scope = sgn::memory::Scope::enter(sgn::memory::OwnerId::RUNTIME);
/// std::thread::scope(|threads| {
///     threads.spawn(move || drop(scope));
/// });
/// ```
#[derive(Debug)]
#[must_use = "a scope ends when it is dropped"]
pub struct Scope {
    before: Saved,
    this_thread: PhantomData<*const ()>,
}

impl Scope {
    /// Charges to `owner` from now on, without a line.
    #[inline]
    pub fn enter(owner: OwnerId) -> Self {
        Self {
            before: state::enter(owner),
            this_thread: PhantomData,
        }
    }

    /// Saves the owner and line, to restore them when it is dropped, and does not change them.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn save() -> Self {
        Self {
            before: state::save(),
            this_thread: PhantomData,
        }
    }

    /// Charges to `owner`, at the line of `mark` if there is one.
    pub(super) fn enter_at(owner: OwnerId, mark: Option<&'static Mark>) -> Self {
        Self {
            before: state::enter_at(owner, mark),
            this_thread: PhantomData,
        }
    }

    /// Charges to the profiler, so that the work of reading the counters is not charged to the code
    /// that is measured.
    #[inline]
    pub(crate) fn profiler() -> Self {
        Self::enter(OwnerId::PROFILER)
    }
}

/// A scope that ends when it is asked to, on the thread that entered it, and not when it is dropped.
///
/// For generated code: the compiler writes the end of a [`Scope`] into each function once more for unwinding.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entered(Saved);

impl Entered {
    /// Charges to `owner` from now on, without a line.
    pub(crate) fn enter(owner: OwnerId) -> Self {
        Self(state::enter(owner))
    }

    /// Returns the scope that goes back to the owner and the line of before, when it is dropped.
    pub(crate) const fn end(self) -> Scope {
        Scope {
            before: self.0,
            this_thread: PhantomData,
        }
    }
}

impl Drop for Scope {
    #[inline]
    fn drop(&mut self) {
        state::leave(self.before);
    }
}

/// Calls `work` with the calling thread's allocations charged to `owner`.
///
/// ```
/// use sgn::memory::{owner, register, scope};
///
/// let gain = register("gain:src:out");
/// assert_eq!(scope(gain, owner), gain);
/// ```
#[inline]
pub fn scope<R>(owner: OwnerId, work: impl FnOnce() -> R) -> R {
    let _scope = Scope::enter(owner);
    work()
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use super::*;

    #[test]
    fn scopes_nest_and_survive_a_panic() {
        let before = state::owner();
        scope(OwnerId::RUNTIME, || {
            let panicked = catch_unwind(AssertUnwindSafe(|| {
                scope(OwnerId::PROFILER, || {
                    std::panic::resume_unwind(Box::new(()))
                })
            }));
            assert!(panicked.is_err());
            assert_eq!(state::owner(), OwnerId::RUNTIME);
        });
        assert_eq!(state::owner(), before);
    }
}
