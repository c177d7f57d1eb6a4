//! Ports without their payload types: what the graph and the scheduler see.

use std::any::Any;
use std::sync::Arc;

use super::{Delivery, Intake, PayloadType, PortName, SinkPort, SourcePort};
use crate::element::Payload;
use crate::pad::slot::{CloneFunction, Slot};

/// A sink port without its payload type: what the graph and the scheduler see.
pub trait AnySinkPort {
    #[doc(hidden)]
    fn name(&mut self) -> &mut PortName;
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

impl<T: Payload> AnySinkPort for SinkPort<T> {
    fn name(&mut self) -> &mut PortName {
        &mut self.name
    }

    fn payload(&self) -> PayloadType {
        PayloadType::of::<T>()
    }

    fn intake(&self) -> Intake {
        self.intake
    }

    fn clone_function(&self) -> Option<Box<dyn Any + Send>> {
        self.clone.map(|clone| Box::new(clone) as _)
    }

    fn wire(
        &mut self,
        slot: &dyn Any,
        delivery: Delivery,
        clone: Option<&(dyn Any + Send)>,
    ) -> bool {
        let Some(slot) = slot.downcast_ref::<Arc<Slot<T>>>() else {
            return false;
        };
        self.link = Some(Arc::clone(slot));
        self.delivery = delivery;
        if let Some(clone) = clone.and_then(|clone| clone.downcast_ref::<CloneFunction<T>>()) {
            self.clone = Some(*clone);
        }
        true
    }

    fn has_eos(&self) -> bool {
        self.eos
    }
}

/// A source port without its payload type: what the graph and the scheduler see.
pub trait AnySourcePort {
    #[doc(hidden)]
    fn name(&mut self) -> &mut PortName;
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

impl<T: Payload> AnySourcePort for SourcePort<T> {
    fn name(&mut self) -> &mut PortName {
        &mut self.name
    }

    fn payload(&self) -> PayloadType {
        PayloadType::of::<T>()
    }

    fn clone_function(&self) -> Option<Box<dyn Any + Send>> {
        self.clone.map(|clone| Box::new(clone) as _)
    }

    fn share_slot(&self) -> Box<dyn Any> {
        Box::new(Arc::clone(&self.slot))
    }

    fn clear(&mut self) {
        self.slot.clear();
    }
}
