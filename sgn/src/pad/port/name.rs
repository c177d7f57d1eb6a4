//! The name of a port, and the owner that its allocations are charged to.

use super::unwound::Unwound;
use crate::BoxError;
use crate::error::Callback;
use crate::memory::{self, OwnerId};
use crate::pad::failure::{Failure, FailureCause};
use crate::pad::name::Direction;

/// The name of a port, and the owner that its allocations are charged to.
#[derive(Debug)]
pub struct PortName {
    pub(crate) short: String,
    pub(crate) full: String,
    pub(crate) owner: OwnerId,
    pub(crate) unwound: Unwound,
}

impl PortName {
    pub(super) fn new(short: &str) -> Self {
        Self {
            short: short.to_owned(),
            full: String::new(),
            owner: OwnerId::RUNTIME,
            unwound: Unwound::default(),
        }
    }

    /// Makes the full name, and registers the owner that the port's allocations are charged to.
    pub(super) fn join(&mut self, element: &str, direction: Direction) -> OwnerId {
        self.full = direction.full_name(element, &self.short);
        self.owner = memory::register(&self.full);
        self.owner
    }

    /// Returns a failure of this pad.
    #[cold]
    pub(super) fn fails(&self, callback: Callback, cause: FailureCause) -> Failure {
        Failure::new(&self.full, callback, cause)
    }

    /// Returns the failure of this pad when `error` stops it from taking a frame.
    #[cold]
    pub fn failed(&self, error: BoxError) -> Failure {
        self.returned(Callback::Pull, error)
    }

    /// Returns the failure of this pad if `pull` returned an error.
    ///
    /// # Errors
    ///
    /// Fails if it did.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn pulled(&self, outcome: Result<(), BoxError>) -> Result<(), Failure> {
        match outcome {
            Ok(()) => Ok(()),
            Err(error) => Err(self.failed(error)),
        }
    }

    /// Returns the failure of this pad when `callback` returned `error`.
    #[cold]
    pub(super) fn returned(&self, callback: Callback, error: BoxError) -> Failure {
        self.fails(callback, FailureCause::Returned(error))
    }

    /// Returns the failure of this pad when it has no frame, or no room for one.
    #[cold]
    pub(super) fn no_frame(&self, callback: Callback) -> Failure {
        self.fails(callback, FailureCause::NoFrame)
    }

    /// Makes the full name of the internal pad; its owner may have been registered when the element was built.
    pub(super) fn adopt(&mut self, element: &str, owner: Option<OwnerId>) -> OwnerId {
        self.full = Direction::Internal.full_name(element, &self.short);
        self.owner = owner.unwrap_or_else(|| memory::register(&self.full));
        self.owner
    }
}

impl Drop for PortName {
    /// Releases the owner, so that a later pad of the same name may take it over, and a process that builds pipelines
    /// for ever does not run out of owners.
    fn drop(&mut self) {
        memory::release(self.owner);
    }
}
