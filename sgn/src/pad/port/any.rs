//! Ports without their payload types: what the graph and the scheduler see.

use std::any::Any;
use std::sync::Arc;

use super::{Delivery, Intake, Outputs, PayloadType, PortName};
use crate::memory::Mark;
use crate::pad::slot::EndsWithNext;

/// A sink port without its payload type: what the graph and the scheduler see.
pub(crate) trait AnySinkPort {
    fn name(&self) -> &PortName;
    /// Gives the port its full name and an owner of what is allocated on its behalf.
    fn join(&mut self, element: &str);
    fn payload(&self) -> PayloadType;
    fn intake(&self) -> Intake;
    fn clone_function(&self) -> Option<Box<dyn Any + Send>>;
    /// Connects the port to the slot of a source port; false if the payloads differ.
    fn wire(
        &mut self,
        slot: &dyn Any,
        delivery: Delivery,
        clone: Option<&(dyn Any + Send)>,
    ) -> bool;
    /// Copies are made at that line from now on.
    fn copy_at(&mut self, line: Option<&'static Mark>);
    /// Makes the end of all sink pads that share `outputs` the end of these.
    fn lead_to(&mut self, outputs: &Arc<Outputs>);
    fn has_eos(&self) -> bool;
}

/// A source port without its payload type: what the graph and the scheduler see.
pub(crate) trait AnySourcePort {
    fn name(&self) -> &PortName;
    /// Gives the port its full name and an owner of what is allocated on its behalf.
    fn join(&mut self, element: &str);
    fn payload(&self) -> PayloadType;
    fn clone_function(&self) -> Option<Box<dyn Any + Send>>;
    /// The slot, for [`AnySinkPort::wire`].
    fn share_slot(&self) -> Box<dyn Any>;
    /// The slot, for [`AnySinkPort::lead_to`].
    fn share_end(&self) -> Arc<dyn EndsWithNext>;
    /// Drops a frame that nobody took.
    fn clear(&mut self);
}
