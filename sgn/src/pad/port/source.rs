//! The port of a source pad, which gives frames into a link.

use std::any::Any;
use std::sync::Arc;

use super::any::{AnySourcePort, Port};
use super::name::PortName;
use super::payload_type::PayloadType;
use crate::BoxError;
use crate::error::Callback;
use crate::frame::Frame;
use crate::held::Collector;
use crate::memory::{self, OwnerId};
use crate::pad::failure::Failure;
use crate::pad::name::{Direction, Pad};
use crate::pad::signature::{IntoFrame, Payload};
use crate::pad::slot::{CloneFunction, EndsWithNext, Slot};
use crate::pad::stride::Stride;

/// The port of a source pad, with the slot in which its frames wait for the sink pads.
#[derive(Debug)]
pub struct SourcePort<T> {
    owner: OwnerId,
    slot: Arc<Slot<T>>,
    /// Boxed, so that the ports of an element share few cache lines.
    cold: Box<Cold<T>>,
}

/// The data that a port does not need for every frame.
#[derive(Debug)]
struct Cold<T> {
    name: PortName,
    clone: Option<CloneFunction<T>>,
}

impl<T: Payload> SourcePort<T> {
    /// Returns a port with an empty slot.
    pub(super) fn new(name: &str, clone: Option<CloneFunction<T>>) -> Self {
        Self {
            owner: OwnerId::RUNTIME,
            slot: Arc::new(Slot::new()),
            cold: Box::new(Cold {
                name: PortName::new(name),
                clone,
            }),
        }
    }

    /// Gives the frame that `new` makes, as a transform does, whether the run is ending or not.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn give<F: IntoFrame<Payload = T>>(
        &mut self,
        stride: &Stride,
        new: impl FnOnce() -> F,
    ) -> Result<(), Failure> {
        self.open();
        match self.watch(|| new().into_frame()) {
            Ok(frame) => self.put(stride, frame),
            Err(error) => Err(self.failed(error)),
        }
    }

    /// Gives the frame that `new` makes, as a source does: it marks the frame EOS if the run is ending its streams.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn produce<F: IntoFrame<Payload = T>>(
        &mut self,
        stride: &Stride,
        new: impl FnOnce() -> F,
    ) -> Result<(), Failure> {
        self.open();
        match self.watch(|| new().into_frame()) {
            Ok(mut frame) => {
                frame.force_eos(stride.is_ending());
                self.put(stride, frame)
            }
            Err(error) => Err(self.failed(error)),
        }
    }

    /// Charges allocations to this pad from here on, and waits for its frame.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn turn<'a>(&'a self, stride: &'a Stride) -> Turn<'a, T> {
        self.open();
        Turn { port: self, stride }
    }

    /// Returns the failure of this pad when `error` stops it from making a frame.
    #[cold]
    pub(super) fn failed(&self, error: BoxError) -> Failure {
        self.cold.name.returned(Callback::New, error)
    }

    /// Calls `work` on behalf of this pad, and records a panic that comes out of it.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn watch<R>(&self, work: impl FnOnce() -> R) -> R {
        self.cold.name.unwound.watch(Callback::New, work)
    }

    /// Returns the pad as a method that serves several pads receives it.
    pub(super) fn pad(&self, index: usize) -> Pad<'_> {
        Pad::new(&self.cold.name.short, index)
    }

    /// Charges allocations to this pad from here on.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn open(&self) {
        memory::set_owner(self.owner);
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn put(&self, stride: &Stride, frame: Frame<T>) -> Result<(), Failure> {
        if self.slot.put(stride, frame) {
            Ok(())
        } else {
            Err(self.cold.name.no_frame(Callback::New))
        }
    }
}

impl<T: Payload> Port for SourcePort<T> {
    fn sources(&mut self, visit: &mut dyn FnMut(&mut dyn AnySourcePort)) {
        visit(self);
    }
}

impl<T: Payload> AnySourcePort for SourcePort<T> {
    fn name(&self) -> &PortName {
        &self.cold.name
    }

    fn join(&mut self, element: &str) {
        self.owner = self.cold.name.join(element, Direction::Source);
    }

    fn payload(&self) -> PayloadType {
        PayloadType::of::<T>()
    }

    fn clone_function(&self) -> Option<Box<dyn Any + Send>> {
        self.cold.clone.map(|clone| Box::new(clone) as _)
    }

    fn share_slot(&self) -> Box<dyn Any> {
        Box::new(Arc::clone(&self.slot))
    }

    fn share_end(&self) -> Arc<dyn EndsWithNext> {
        self.slot.clone()
    }

    fn clear(&mut self) {
        self.slot.clear();
    }

    fn hold(&mut self, into: &mut Collector<'_>, in_flight: &mut dyn FnMut() -> u32) {
        into.block_of(self);
        into.block_of(&*self.cold);
        into.words_of(&self.cold.name);
        into.block_of(&*self.slot);
        self.slot.hold(into, in_flight);
    }
}

/// A source pad whose frame is being made: a value and no closure, which would be compiled for each element.
///
/// Its destructor runs only while a panic unwinds, and records it.
#[derive(Debug)]
#[must_use = "the pad gets no frame"]
pub struct Turn<'a, T: Payload> {
    port: &'a SourcePort<T>,
    stride: &'a Stride,
}

impl<T: Payload> Turn<'_, T> {
    /// Gives the frame, as a transform does, whether the run is ending or not.
    ///
    /// # Errors
    ///
    /// Fails if `given` is an error, or if a sink pad still looks at the frame of the stride before.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn give<F: IntoFrame<Payload = T>>(self, given: F) -> Result<(), Failure> {
        let (port, stride) = (self.port, self.stride);
        match self.end(given) {
            Ok(frame) => port.put(stride, frame),
            Err(error) => Err(port.failed(error)),
        }
    }

    /// Gives the frame, as a source does: it marks the frame EOS if the run is ending its streams.
    ///
    /// # Errors
    ///
    /// Those of [`give`](Self::give).
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn produce<F: IntoFrame<Payload = T>>(self, given: F) -> Result<(), Failure> {
        let (port, stride) = (self.port, self.stride);
        match self.end(given) {
            Ok(mut frame) => {
                frame.force_eos(stride.is_ending());
                port.put(stride, frame)
            }
            Err(error) => Err(port.failed(error)),
        }
    }

    /// Ends the code of the user: the conversion of an error may be the last of it.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn end<F: IntoFrame<Payload = T>>(self, given: F) -> Result<Frame<T>, BoxError> {
        let made = given.into_frame();
        std::mem::forget(self);
        made
    }
}

impl<T: Payload> Drop for Turn<'_, T> {
    #[cold]
    fn drop(&mut self) {
        self.port.cold.name.unwound.record(Callback::New);
    }
}
