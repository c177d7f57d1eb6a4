//! Ports without their payload types: what the graph and the scheduler see.

use std::any::Any;
use std::sync::Arc;

use super::delivery::{Access, Delivery};
use super::name::PortName;
use super::outputs::Outputs;
use super::payload_type::PayloadType;
use crate::memory::Mark;
use crate::pad::name::PadNames;
use crate::pad::slot::EndsWithNext;

/// A sink port without its payload type: what the graph and the scheduler see.
pub(crate) trait AnySinkPort {
    fn name(&self) -> &PortName;
    /// Gives the port its full name and an owner of what is allocated on its behalf.
    fn join(&mut self, element: &str);
    fn payload(&self) -> PayloadType;
    fn access(&self) -> Access;
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

/// One port, or all ports of one direction that are named when the element is built.
pub(crate) trait Port: Send + 'static {
    fn name_pads(&mut self, names: &PadNames) {
        let _ = names;
    }

    fn sinks(&mut self, visit: &mut dyn FnMut(&mut dyn AnySinkPort)) {
        let _ = visit;
    }

    fn sources(&mut self, visit: &mut dyn FnMut(&mut dyn AnySourcePort)) {
        let _ = visit;
    }
}

/// What the element's owner does with its ports.
///
/// Not public: a port that can be visited can be moved out of its pipeline.
pub(crate) trait AnyPorts: Send + 'static {
    /// Makes the ports that are named when the element is built.
    fn name_pads(&mut self, names: &PadNames);
    /// Visits the sink ports, in pad order.
    fn sinks(&mut self, visit: &mut dyn FnMut(&mut dyn AnySinkPort));
    /// Visits the source ports, in pad order.
    fn sources(&mut self, visit: &mut dyn FnMut(&mut dyn AnySourcePort));
}

impl dyn AnyPorts {
    /// Ties the source ports to the sink ports: their streams end when those of all sink ports have.
    pub(crate) fn tie_ends(&mut self) {
        let mut slots = Vec::new();
        self.sources(&mut |port| slots.push(port.share_end()));
        let mut inputs = 0;
        self.sinks(&mut |_| inputs += 1);
        let outputs = Arc::new(Outputs::new(inputs, slots));
        self.sinks(&mut |port| port.lead_to(&outputs));
    }
}
