//! The step of an element between its sink pads and its source pads.

use super::name::PortName;
use crate::error::Callback;
use crate::memory::{self, OwnerId};
use crate::pad::failure::Failure;
use crate::pad::name::INTERNAL;
use crate::pad::signature::Outcome;

/// The step of an element between its sink pads and its source pads.
#[derive(Debug)]
pub(crate) struct InternalPort {
    owner: OwnerId,
    name: Box<PortName>,
}

impl InternalPort {
    /// Returns a port called `inl`.
    pub(crate) fn new() -> Self {
        Self {
            owner: OwnerId::RUNTIME,
            name: Box::new(PortName::new(INTERNAL)),
        }
    }

    /// Runs `internal` on behalf of this pad.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn call<R: Outcome>(&self, internal: impl FnOnce() -> R) -> Result<(), Failure> {
        memory::set_owner(self.owner);
        self.name
            .unwound
            .watch(Callback::Internal, || internal().outcome())
            .map_err(|error| self.name.returned(Callback::Internal, error))
    }

    pub(crate) const fn name(&self) -> &PortName {
        &self.name
    }

    /// Gives the port its full name, and an owner unless one was registered when the element was built.
    pub(crate) fn adopt(&mut self, element: &str, owner: Option<OwnerId>) {
        self.owner = self.name.adopt(element, owner);
    }
}
