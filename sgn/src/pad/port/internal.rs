//! The step of an element between its sink pads and its source pads.

use super::PortName;
use crate::memory::{self, OwnerId};
use crate::pad::name::INTERNAL;
use crate::pad::signature::Outcome;
use crate::pad::stride::{Callback, Failure, Stride};

/// The step of an element between its sink pads and its source pads.
#[derive(Debug)]
pub struct InternalPort {
    owner: OwnerId,
    name: Box<PortName>,
}

impl InternalPort {
    /// A port called `inl`.
    #[expect(
        clippy::new_without_default,
        reason = "made by generated code, next to ports that have no default"
    )]
    pub fn new() -> Self {
        Self {
            owner: OwnerId::RUNTIME,
            name: Box::new(PortName::new(INTERNAL)),
        }
    }

    /// Runs `internal` on behalf of this pad.
    #[inline(always)]
    pub fn call<R: Outcome>(
        &mut self,
        _stride: &Stride,
        internal: impl FnOnce() -> R,
    ) -> Result<(), Failure> {
        memory::set_owner(self.owner);
        internal()
            .outcome()
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
