//! The ports of pads that were named at construction, which one method serves.

use super::any::{AnySinkPort, AnySourcePort, Port};
use super::delivery::Access;
use super::sink::SinkPort;
use super::source::SourcePort;
use crate::error::Callback;
use crate::frame::Frame;
use crate::pad::failure::Failure;
use crate::pad::name::{Pad, PadNames};
use crate::pad::signature::{IntoFrame, Outcome, Payload};
use crate::pad::slot::CloneFunction;
use crate::pad::stride::Stride;

/// The sink ports of pads that were named at construction, which one method serves.
#[derive(Debug)]
pub struct SinkPorts<T> {
    ports: Vec<SinkPort<T>>,
    clone: Option<CloneFunction<T>>,
    access: Access,
}

impl<T: Payload> SinkPorts<T> {
    /// Returns a list without ports, before the names are known.
    pub(super) const fn new(clone: Option<CloneFunction<T>>, access: Access) -> Self {
        Self {
            ports: Vec::new(),
            clone,
            access,
        }
    }

    /// Hands each pad's next frame to `pull`, in pad order.
    #[inline]
    pub(super) fn take<R: Outcome>(
        &mut self,
        stride: &Stride,
        mut pull: impl FnMut(Pad<'_>, Frame<T>) -> R,
    ) -> Result<(), Failure> {
        for (index, port) in self.ports.iter_mut().enumerate() {
            let frame = port.receive(stride)?;
            let outcome = port.watch(Callback::Pull, || pull(port.pad(index), frame).outcome());
            outcome.map_err(|error| port.failed(error))?;
        }
        Ok(())
    }

    /// Shows each pad's next frame to `pull`, in pad order.
    #[inline]
    pub(super) fn borrow<R: Outcome>(
        &mut self,
        stride: &Stride,
        mut pull: impl FnMut(Pad<'_>, &Frame<T>) -> R,
    ) -> Result<(), Failure> {
        for (index, port) in self.ports.iter_mut().enumerate() {
            let (port, frame) = port.look(stride)?;
            port.watch(Callback::Pull, || {
                let outcome = pull(port.pad(index), &frame).outcome();
                outcome.map_err(|error| port.failed(error).dropping(frame))
            })?;
        }
        Ok(())
    }
}

impl<T: Payload> Port for SinkPorts<T> {
    fn name_pads(&mut self, names: &PadNames) {
        self.ports.reserve_exact(names.sinks().len());
        for name in names.sinks() {
            self.ports
                .push(SinkPort::new(name, self.clone, self.access));
        }
    }

    fn sinks(&mut self, visit: &mut dyn FnMut(&mut dyn AnySinkPort)) {
        for port in &mut self.ports {
            visit(port);
        }
    }
}

/// The source ports of pads that were named at construction, which one method serves.
#[derive(Debug)]
pub struct SourcePorts<T> {
    ports: Vec<SourcePort<T>>,
    clone: Option<CloneFunction<T>>,
}

impl<T: Payload> SourcePorts<T> {
    /// Returns a list without ports, before the names are known.
    pub(super) const fn new(clone: Option<CloneFunction<T>>) -> Self {
        Self {
            ports: Vec::new(),
            clone,
        }
    }

    /// Gives the frame that `new` makes for each pad, in pad order, as a transform does.
    #[inline]
    pub(super) fn give<F: IntoFrame<Payload = T>>(
        &mut self,
        stride: &Stride,
        mut new: impl FnMut(Pad<'_>) -> F,
    ) -> Result<(), Failure> {
        for (index, port) in self.ports.iter_mut().enumerate() {
            port.open();
            port.watch(|| match new(port.pad(index)).into_frame() {
                Ok(frame) => port.put(stride, frame),
                Err(error) => Err(port.failed(error)),
            })?;
        }
        Ok(())
    }

    /// Gives the frame that `new` makes for each pad, in pad order, as a source does.
    #[inline]
    pub(super) fn produce<F: IntoFrame<Payload = T>>(
        &mut self,
        stride: &Stride,
        mut new: impl FnMut(Pad<'_>) -> F,
    ) -> Result<(), Failure> {
        self.give(stride, |pad| {
            let frame = new(pad).into_frame();
            frame.map(|mut frame| {
                frame.force_eos(stride.is_ending());
                frame
            })
        })
    }
}

impl<T: Payload> Port for SourcePorts<T> {
    fn name_pads(&mut self, names: &PadNames) {
        self.ports.reserve_exact(names.sources().len());
        for name in names.sources() {
            self.ports.push(SourcePort::new(name, self.clone));
        }
    }

    fn sources(&mut self, visit: &mut dyn FnMut(&mut dyn AnySourcePort)) {
        for port in &mut self.ports {
            visit(port);
        }
    }
}
