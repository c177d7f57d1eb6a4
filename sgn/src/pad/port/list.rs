//! All ports of an element as one type: a list of its sink ports, then of its source ports, each in pad order.
//!
//! Generated code makes a list and passes it on before the ports are wired. It uses wired ports only through a
//! [`Step`](super::Step), so a port cannot leave its pipeline.

use super::any::{AnyPorts, AnySinkPort, AnySourcePort, Port};
use super::delivery::Access;
use super::group::{SinkPorts, SourcePorts};
use super::sink::SinkPort;
use super::source::SourcePort;
use crate::pad::name::PadNames;
use crate::pad::signature::Payload;
use crate::pad::slot::CloneFunction;

/// The ports of an element. Implemented only in this module.
#[expect(
    private_bounds,
    reason = "what ports can do is known to this crate only"
)]
pub trait Ports: AnyPorts {}

/// The end of a list.
#[derive(Debug)]
pub struct Nothing(());

/// A port, and the rest of the list.
#[derive(Debug)]
pub struct Then<P, Rest> {
    pub(super) first: P,
    pub(super) rest: Rest,
}

impl Ports for Nothing {}

impl AnyPorts for Nothing {
    fn name_pads(&mut self, _names: &PadNames) {}

    fn sinks(&mut self, _visit: &mut dyn FnMut(&mut dyn AnySinkPort)) {}

    fn sources(&mut self, _visit: &mut dyn FnMut(&mut dyn AnySourcePort)) {}
}

impl<P: Port, Rest: Ports> Ports for Then<P, Rest> {}

impl<P: Port, Rest: AnyPorts> AnyPorts for Then<P, Rest> {
    fn name_pads(&mut self, names: &PadNames) {
        self.first.name_pads(names);
        self.rest.name_pads(names);
    }

    fn sinks(&mut self, visit: &mut dyn FnMut(&mut dyn AnySinkPort)) {
        self.first.sinks(visit);
        self.rest.sinks(visit);
    }

    fn sources(&mut self, visit: &mut dyn FnMut(&mut dyn AnySourcePort)) {
        self.first.sources(visit);
        self.rest.sources(visit);
    }
}

/// The ports of an element under construction. Generated code adds the last one first, and each further one before the
/// others.
#[derive(Debug)]
pub struct PortList<P>(pub(crate) P);

impl PortList<Nothing> {
    /// Returns an empty list.
    pub const fn none() -> Self {
        Self(Nothing(()))
    }
}

impl<Rest: Ports> PortList<Rest> {
    /// Puts a sink port before the others.
    pub fn sink<T: Payload>(
        self,
        name: &str,
        access: Access,
        clone: Option<CloneFunction<T>>,
    ) -> PortList<Then<SinkPort<T>, Rest>> {
        self.after(SinkPort::new(name, clone, access))
    }

    /// Puts a group of sink ports, which get their names when the element is built, before the other ports.
    pub fn sinks<T: Payload>(
        self,
        access: Access,
        clone: Option<CloneFunction<T>>,
    ) -> PortList<Then<SinkPorts<T>, Rest>> {
        self.after(SinkPorts::new(clone, access))
    }

    /// Puts a source port before the others.
    pub fn source<T: Payload>(
        self,
        name: &str,
        clone: Option<CloneFunction<T>>,
    ) -> PortList<Then<SourcePort<T>, Rest>> {
        self.after(SourcePort::new(name, clone))
    }

    /// Puts a group of source ports, which get their names when the element is built, before the other ports.
    pub fn sources<T: Payload>(
        self,
        clone: Option<CloneFunction<T>>,
    ) -> PortList<Then<SourcePorts<T>, Rest>> {
        self.after(SourcePorts::new(clone))
    }

    /// Returns the list with `first` before the other ports.
    fn after<P>(self, first: P) -> PortList<Then<P, Rest>> {
        PortList(Then {
            first,
            rest: self.0,
        })
    }
}
