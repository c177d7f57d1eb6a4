//! The ports as generated code uses them: one stride of one element, pad by pad.

use super::any::AnySinkPort as _;
use super::group::{SinkPorts, SourcePorts};
use super::internal::InternalPort;
use super::list::Then;
use super::name::PortName;
use super::sink::SinkPort;
use super::source::{SourcePort, Turn};
use crate::frame::Frame;
use crate::pad::failure::Failure;
use crate::pad::name::Pad;
use crate::pad::signature::{IntoFrame, Outcome, Payload};
use crate::pad::slot::Peek;
use crate::pad::stride::Stride;

/// One stride of one element: the ports that are still to be served, in the order in which they are served.
///
/// Serving the first port returns the step of the others. No method returns a port or the stride, so each port is only
/// used with the stride of the run that has its pipeline; see ARCHITECTURE.md, "A port never leaves its run".
#[derive(Debug)]
#[must_use = "the pads that are left are not served"]
pub struct Step<'a, P> {
    ports: &'a mut P,
    internal: &'a InternalPort,
    stride: &'a Stride,
}

impl<'a, P> Step<'a, P> {
    pub(crate) const fn new(
        ports: &'a mut P,
        internal: &'a InternalPort,
        stride: &'a Stride,
    ) -> Self {
        Self {
            ports,
            internal,
            stride,
        }
    }

    /// Runs `internal` on behalf of the internal pad.
    ///
    /// # Errors
    ///
    /// Fails if `internal` returned an error.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn internal<R: Outcome>(&self, internal: impl FnOnce() -> R) -> Result<(), Failure> {
        self.internal.call(internal)
    }
}

impl<'a, P, Rest> Step<'a, Then<P, Rest>> {
    #[cfg_attr(not(debug_assertions), inline(always))]
    const fn next(self) -> (&'a mut P, Step<'a, Rest>) {
        let Then { first, rest } = self.ports;
        (first, Step::new(rest, self.internal, self.stride))
    }
}

impl<'a, T: Payload, Rest> Step<'a, Then<SinkPort<T>, Rest>> {
    /// Hands the next frame to `pull` as its own.
    ///
    /// # Errors
    ///
    /// Fails if there is no frame, if its spec differs from that of the first one, or if `pull` returned an error.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn take<R: Outcome>(
        self,
        pull: impl FnOnce(Frame<T>) -> R,
    ) -> Result<Step<'a, Rest>, Failure> {
        let (port, rest) = self.next();
        let served = port.take(rest.stride, pull);
        rest.after(served)
    }

    /// Shows the next frame to `pull`.
    ///
    /// # Errors
    ///
    /// Those of [`take`](Self::take).
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn borrow<R: Outcome>(
        self,
        pull: impl FnOnce(&Frame<T>) -> R,
    ) -> Result<Step<'a, Rest>, Failure> {
        let (port, rest) = self.next();
        let served = port.borrow(rest.stride, pull);
        rest.after(served)
    }

    /// Takes the next frame, and returns it with the name of the pad, which later errors need.
    ///
    /// # Errors
    ///
    /// Fails if there is no frame, or if its spec differs from that of the first one.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn receive(self) -> Result<(Frame<T>, &'a PortName, Step<'a, Rest>), Failure> {
        let (port, rest) = self.next();
        let frame = port.receive(rest.stride)?;
        Ok((frame, port.name(), rest))
    }

    /// Looks at the next frame, and returns it with the name of the pad, which later errors need.
    ///
    /// # Errors
    ///
    /// Those of [`receive`](Self::receive).
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn peek(self) -> Result<(Peek<'a, T>, &'a PortName, Step<'a, Rest>), Failure> {
        let (port, rest) = self.next();
        let (port, frame) = port.look(rest.stride)?;
        Ok((frame, port.name(), rest))
    }
}

impl<'a, T: Payload, Rest> Step<'a, Then<SinkPorts<T>, Rest>> {
    /// Hands each pad's next frame to `pull`, in pad order.
    ///
    /// # Errors
    ///
    /// Fails for the first pad that has no frame, whose frame has another spec than the pad's first frame had, or for
    /// which `pull` returned an error.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn take<R: Outcome>(
        self,
        pull: impl FnMut(Pad<'_>, Frame<T>) -> R,
    ) -> Result<Step<'a, Rest>, Failure> {
        let (ports, rest) = self.next();
        let served = ports.take(rest.stride, pull);
        rest.after(served)
    }

    /// Shows each pad's next frame to `pull`, in pad order.
    ///
    /// # Errors
    ///
    /// Those of [`take`](Self::take).
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn borrow<R: Outcome>(
        self,
        pull: impl FnMut(Pad<'_>, &Frame<T>) -> R,
    ) -> Result<Step<'a, Rest>, Failure> {
        let (ports, rest) = self.next();
        let served = ports.borrow(rest.stride, pull);
        rest.after(served)
    }
}

impl<'a, T: Payload, Rest> Step<'a, Then<SourcePort<T>, Rest>> {
    /// Returns the pad, for which a frame is made next, and the step of the others.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn begin(self) -> (Turn<'a, T>, Step<'a, Rest>) {
        let (port, rest) = self.next();
        (port.turn(rest.stride), rest)
    }

    /// Gives the frame that `new` makes, as a transform does, whether the run is ending or not.
    ///
    /// # Errors
    ///
    /// Fails if `new` returned an error, or if a sink pad still looks at the frame of the stride before.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn give<F: IntoFrame<Payload = T>>(
        self,
        new: impl FnOnce() -> F,
    ) -> Result<Step<'a, Rest>, Failure> {
        let (port, rest) = self.next();
        let served = port.give(rest.stride, new);
        rest.after(served)
    }

    /// Gives the frame that `new` makes, as a source does: it marks the frame EOS if the run is ending its streams.
    ///
    /// # Errors
    ///
    /// Those of [`give`](Self::give).
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn produce<F: IntoFrame<Payload = T>>(
        self,
        new: impl FnOnce() -> F,
    ) -> Result<Step<'a, Rest>, Failure> {
        let (port, rest) = self.next();
        let served = port.produce(rest.stride, new);
        rest.after(served)
    }
}

impl<'a, T: Payload, Rest> Step<'a, Then<SourcePorts<T>, Rest>> {
    /// Gives the frame that `new` makes for each pad, in pad order, as a transform does.
    ///
    /// # Errors
    ///
    /// Fails for the first pad for which `new` returned an error, or if a sink pad still looks at the frame that the
    /// pad gave in the stride before.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn give<F: IntoFrame<Payload = T>>(
        self,
        new: impl FnMut(Pad<'_>) -> F,
    ) -> Result<Step<'a, Rest>, Failure> {
        let (ports, rest) = self.next();
        let served = ports.give(rest.stride, new);
        rest.after(served)
    }

    /// Gives the frame that `new` makes for each pad, in pad order, as a source does.
    ///
    /// # Errors
    ///
    /// Those of [`give`](Self::give).
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn produce<F: IntoFrame<Payload = T>>(
        self,
        new: impl FnMut(Pad<'_>) -> F,
    ) -> Result<Step<'a, Rest>, Failure> {
        let (ports, rest) = self.next();
        let served = ports.produce(rest.stride, new);
        rest.after(served)
    }
}

impl<P> Step<'_, P> {
    /// Returns the step of the remaining pads, unless the pad before them failed.
    ///
    /// Compiled once for each kind of list; `?` would be compiled in each stride.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn after(self, served: Result<(), Failure>) -> Result<Self, Failure> {
        match served {
            Ok(()) => Ok(self),
            Err(failure) => Err(failure),
        }
    }
}
