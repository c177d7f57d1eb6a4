//! What generated code sees of its ports: one stride of one element, pad by pad.

use super::any::AnySinkPort as _;
use super::group::{SinkPorts, SourcePorts};
use super::internal::InternalPort;
use super::list::Then;
use super::name::PortName;
use super::sink::SinkPort;
use super::source::SourcePort;
use crate::frame::Frame;
use crate::pad::failure::Failure;
use crate::pad::name::Pad;
use crate::pad::signature::{IntoFrame, Outcome, Payload};
use crate::pad::slot::Peek;
use crate::pad::stride::Stride;

/// One stride of one element: the ports that were not served yet, in the order in which they are.
///
/// Serving the first one gives the step of the others. Nothing here lets go of a port or of the stride, so each port is
/// only ever used with the stride of the run that has its pipeline; see ARCHITECTURE.md, "A port never leaves its run".
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
    /// What `internal` returned.
    #[inline(always)]
    pub fn internal<R: Outcome>(&self, internal: impl FnOnce() -> R) -> Result<(), Failure> {
        self.internal.call(internal)
    }
}

impl<'a, P, Rest> Step<'a, Then<P, Rest>> {
    #[inline(always)]
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
    /// There is no frame, its spec is another than that of the first one, or `pull` returned an error.
    #[inline(always)]
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
    #[inline(always)]
    pub fn borrow<R: Outcome>(
        self,
        pull: impl FnOnce(&Frame<T>) -> R,
    ) -> Result<Step<'a, Rest>, Failure> {
        let (port, rest) = self.next();
        let served = port.borrow(rest.stride, pull);
        rest.after(served)
    }

    /// The next frame as the caller's own, and the pad for errors that come later.
    ///
    /// # Errors
    ///
    /// There is no frame, or its spec is another than that of the first one.
    #[inline(always)]
    pub fn receive(self) -> Result<(Frame<T>, &'a PortName, Step<'a, Rest>), Failure> {
        let (port, rest) = self.next();
        let frame = port.receive(rest.stride)?;
        Ok((frame, port.name(), rest))
    }

    /// A look at the next frame, and the pad for errors that come later.
    ///
    /// # Errors
    ///
    /// Those of [`receive`](Self::receive).
    #[inline(always)]
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
    /// The first one of a pad: it has no frame, its frame has another spec than its first one, or `pull` returned an
    /// error.
    #[inline(always)]
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
    #[inline(always)]
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
    /// Gives the frame that `new` makes, as a transform does.
    ///
    /// # Errors
    ///
    /// `new` returned an error, or somebody still looks at the frame of the stride before.
    #[inline(always)]
    pub fn give<F: IntoFrame<Payload = T>>(
        self,
        new: impl FnOnce() -> F,
    ) -> Result<Step<'a, Rest>, Failure> {
        let (port, rest) = self.next();
        let served = port.give(rest.stride, new);
        rest.after(served)
    }

    /// Gives the frame that `new` makes, as a source does: when the streams are being ended, it is marked EOS.
    ///
    /// # Errors
    ///
    /// Those of [`give`](Self::give).
    #[inline(always)]
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
    /// Those of the first pad that fails: `new` returned an error, or somebody still looks at the frame of the stride
    /// before.
    #[inline(always)]
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
    #[inline(always)]
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
    /// The step of the pads that are left, unless the pad before them failed.
    ///
    /// Compiled once for each kind of list; `?` would be compiled in each stride.
    #[inline(always)]
    fn after(self, served: Result<(), Failure>) -> Result<Self, Failure> {
        match served {
            Ok(()) => Ok(self),
            Err(failure) => Err(failure),
        }
    }
}
