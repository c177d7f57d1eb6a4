//! The ports that were named at construction: one method serves them all.

use super::{AnySinkPort, AnySourcePort, Intake, SinkPort, SourcePort};
use crate::frame::Frame;
use crate::pad::name::Pad;
use crate::pad::signature::{IntoFrame, Outcome, Payload};
use crate::pad::slot::CloneFunction;
use crate::pad::stride::{Failure, Stride};

/// The sink ports that were named at construction: one method serves them all.
#[derive(Debug)]
pub struct SinkPorts<T>(Vec<SinkPort<T>>);

impl<T: Payload> SinkPorts<T> {
    /// One port a name.
    pub fn new(names: &[String], clone: Option<CloneFunction<T>>, intake: Intake) -> Self {
        Self(
            names
                .iter()
                .map(|name| SinkPort::new(name, clone, intake))
                .collect(),
        )
    }

    /// Hands each pad's next frame to `pull`, in pad order.
    #[inline]
    pub fn take<R: Outcome>(
        &mut self,
        stride: &Stride,
        mut pull: impl FnMut(Pad<'_>, Frame<T>) -> R,
    ) -> Result<(), Failure> {
        for (index, port) in self.0.iter_mut().enumerate() {
            let frame = port.receive(stride)?;
            let outcome = pull(port.pad(index), frame).outcome();
            outcome.map_err(|error| port.failed(error))?;
        }
        Ok(())
    }

    /// Shows each pad's next frame to `pull`, in pad order.
    #[inline]
    pub fn borrow<R: Outcome>(
        &mut self,
        stride: &Stride,
        mut pull: impl FnMut(Pad<'_>, &Frame<T>) -> R,
    ) -> Result<(), Failure> {
        for (index, port) in self.0.iter_mut().enumerate() {
            let (port, frame) = port.look(stride)?;
            let outcome = pull(port.pad(index), &frame).outcome();
            drop(frame);
            outcome.map_err(|error| port.failed(error))?;
        }
        Ok(())
    }

    /// Calls `visit` for each port, in pad order.
    pub fn visit(&mut self, visit: &mut dyn FnMut(&mut dyn AnySinkPort)) {
        for port in &mut self.0 {
            visit(port);
        }
    }
}

/// The source ports that were named at construction: one method serves them all.
#[derive(Debug)]
pub struct SourcePorts<T>(Vec<SourcePort<T>>);

impl<T: Payload> SourcePorts<T> {
    /// One port a name.
    pub fn new(names: &[String], clone: Option<CloneFunction<T>>) -> Self {
        Self(
            names
                .iter()
                .map(|name| SourcePort::new(name, clone))
                .collect(),
        )
    }

    /// Gives the frame that `new` makes for each pad, in pad order, as a transform does.
    #[inline]
    pub fn give<F: IntoFrame<Payload = T>>(
        &mut self,
        stride: &Stride,
        mut new: impl FnMut(Pad<'_>) -> F,
    ) -> Result<(), Failure> {
        for (index, port) in self.0.iter_mut().enumerate() {
            port.open();
            match new(port.pad(index)).into_frame() {
                Ok(frame) => port.put(stride, frame)?,
                Err(error) => return Err(port.failed(error)),
            }
        }
        Ok(())
    }

    /// Gives the frame that `new` makes for each pad, in pad order, as a source does.
    #[inline]
    pub fn produce<F: IntoFrame<Payload = T>>(
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

    /// Calls `visit` for each port, in pad order.
    pub fn visit(&mut self, visit: &mut dyn FnMut(&mut dyn AnySourcePort)) {
        for port in &mut self.0 {
            visit(port);
        }
    }
}
