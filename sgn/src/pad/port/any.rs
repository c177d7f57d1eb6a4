//! Ports without their payload types: what the graph and the scheduler see.

use std::any::Any;

use super::{Delivery, Intake, PayloadType, PortName};

/// A sink port without its payload type: what the graph and the scheduler see.
pub trait AnySinkPort {
    #[doc(hidden)]
    fn name(&self) -> &PortName;
    /// Gives the port its full name and an owner of what is allocated on its behalf.
    #[doc(hidden)]
    fn join(&mut self, element: &str);
    #[doc(hidden)]
    fn payload(&self) -> PayloadType;
    #[doc(hidden)]
    fn intake(&self) -> Intake;
    #[doc(hidden)]
    fn clone_function(&self) -> Option<Box<dyn Any + Send>>;
    /// Connects the port to the slot of a source port; false if the payloads differ.
    #[doc(hidden)]
    fn wire(
        &mut self,
        slot: &dyn Any,
        delivery: Delivery,
        clone: Option<&(dyn Any + Send)>,
    ) -> bool;
    #[doc(hidden)]
    fn has_eos(&self) -> bool;
}

/// A source port without its payload type: what the graph and the scheduler see.
pub trait AnySourcePort {
    #[doc(hidden)]
    fn name(&self) -> &PortName;
    /// Gives the port its full name and an owner of what is allocated on its behalf.
    #[doc(hidden)]
    fn join(&mut self, element: &str);
    #[doc(hidden)]
    fn payload(&self) -> PayloadType;
    #[doc(hidden)]
    fn clone_function(&self) -> Option<Box<dyn Any + Send>>;
    /// The slot, for [`AnySinkPort::wire`].
    #[doc(hidden)]
    fn share_slot(&self) -> Box<dyn Any>;
    /// Drops a frame that nobody took.
    #[doc(hidden)]
    fn clear(&mut self);
}
