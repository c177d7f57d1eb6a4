//! Ports without their payload types, for the graph and the scheduler.

use std::any::Any;
use std::sync::Arc;

use super::delivery::{Access, Delivery};
use super::name::PortName;
use super::outputs::Outputs;
use super::payload_type::PayloadType;
use crate::held::Collector;
use crate::memory::Mark;
use crate::pad::name::PadNames;
use crate::pad::slot::EndsWithNext;

/// A sink port without its payload type, for the graph and the scheduler.
pub(crate) trait AnySinkPort {
    fn name(&self) -> &PortName;
    /// Gives the port its full name, and registers the owner that its allocations are charged to.
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
    /// Sets the line at which copies are made from now on.
    fn copy_at(&mut self, line: Option<&'static Mark>);
    /// Sets the outputs of the element, which end when the streams of all its sink pads have ended.
    fn lead_to(&mut self, outputs: &Arc<Outputs>);
    fn has_eos(&self) -> bool;
    /// Adds what the port owns.
    fn hold(&mut self, into: &mut Collector<'_>);
}

/// A source port without its payload type, for the graph and the scheduler.
pub(crate) trait AnySourcePort {
    fn name(&self) -> &PortName;
    /// Gives the port its full name, and registers the owner that its allocations are charged to.
    fn join(&mut self, element: &str);
    fn payload(&self) -> PayloadType;
    fn clone_function(&self) -> Option<Box<dyn Any + Send>>;
    /// Returns the slot, for [`AnySinkPort::wire`].
    fn share_slot(&self) -> Box<dyn Any>;
    /// Returns the slot without its payload type, for [`AnySinkPort::lead_to`].
    fn share_end(&self) -> Arc<dyn EndsWithNext>;
    /// Drops a frame that nobody took.
    fn clear(&mut self);
    /// Adds what the port owns, and then, for the holder that `in_flight` numbers, the frame that waits.
    fn hold(&mut self, into: &mut Collector<'_>, in_flight: &mut dyn FnMut() -> u32);
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

/// The calls on the ports of an element, for the code that holds the element.
///
/// Not public: a visitor gets `&mut` of a port, by which it could move the port out of its pipeline.
pub(crate) trait AnyPorts: Send + 'static {
    /// Makes the ports that are named when the element is built.
    fn name_pads(&mut self, names: &PadNames);
    /// Visits the sink ports, in pad order.
    fn sinks(&mut self, visit: &mut dyn FnMut(&mut dyn AnySinkPort));
    /// Visits the source ports, in pad order.
    fn sources(&mut self, visit: &mut dyn FnMut(&mut dyn AnySourcePort));
}

impl dyn AnyPorts {
    /// Ties the source ports to the sink ports: the source ports' streams end when those of all
    /// sink ports have ended.
    pub(crate) fn tie_ends(&mut self) {
        let mut slots = Vec::new();
        self.sources(&mut |port| slots.push(port.share_end()));
        let mut inputs = 0;
        self.sinks(&mut |_| inputs += 1);
        let outputs = Arc::new(Outputs::new(inputs, slots));
        self.sinks(&mut |port| port.lead_to(&outputs));
    }
}
