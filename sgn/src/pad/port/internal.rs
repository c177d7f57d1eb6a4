//! The step of an element between its sink pads and its source pads.

use super::PortName;
use crate::element::Outcome;
use crate::memory::{self, OwnerId};
use crate::pad::name::Direction;
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
            name: Box::new(PortName::new("inl")),
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

    pub(crate) fn join(&mut self, element: &str) {
        self.owner = self.name.join(element, Direction::Internal);
    }
}
