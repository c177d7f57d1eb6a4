//! The element's end of a pad: how frames come in and go out.

use std::any::{Any, TypeId, type_name};
use std::sync::Arc;

use super::name::{Direction, INTERNAL, Pad};
use super::signature::{IntoFrame, Outcome, Payload};
use super::slot::{CloneFunction, Peek, Slot};
use super::stride::{Callback, Failure, FailureCause, Stride};
use crate::BoxError;
use crate::frame::{Frame, Spec};
use crate::memory::{self, OwnerId};

/// The name of a port and the owner of what is allocated on its behalf.
#[derive(Debug)]
pub struct PortName {
    pub(crate) short: String,
    pub(crate) full: String,
    pub(crate) owner: OwnerId,
}

impl PortName {
    fn new(short: &str) -> Self {
        Self {
            short: short.to_owned(),
            full: String::new(),
            owner: OwnerId::RUNTIME,
        }
    }
}

impl Drop for PortName {
    /// A later pad of the same name may take the owner over, so that building pipelines for ever does not leak.
    fn drop(&mut self) {
        memory::release(self.owner);
    }
}

/// How an element wants its frames: as its own, or to look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Intake {
    /// The method takes `Frame<T>`.
    Take,
    /// The method takes `&Frame<T>`.
    Borrow,
}

/// How the plan serves a sink pad.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// It is the last consumer and an owner: the frame moves.
    Move,
    /// It is an owner, and others come later: it gets a copy, billed to itself.
    Copy,
    /// It looks, and others come later.
    Look,
    /// It looks, and the frame is dropped when it is done.
    LookLast,
}

/// The payload type of a pad, for links by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PayloadType {
    pub(crate) id: TypeId,
    pub(crate) name: &'static str,
}

impl PayloadType {
    fn of<T: Payload>() -> Self {
        Self {
            id: TypeId::of::<T>(),
            name: type_name::<T>(),
        }
    }
}

/// The end of a link that takes frames.
#[derive(Debug)]
pub struct SinkPort<T> {
    name: PortName,
    link: Option<Arc<Slot<T>>>,
    delivery: Delivery,
    eos: bool,
    spec: Option<Spec>,
    intake: Intake,
    clone: Option<CloneFunction<T>>,
}

impl<T: Payload> SinkPort<T> {
    /// A port that is linked to nothing yet.
    pub fn new(name: &str, clone: Option<CloneFunction<T>>, intake: Intake) -> Self {
        Self {
            name: PortName::new(name),
            link: None,
            delivery: Delivery::Look,
            eos: false,
            spec: None,
            intake,
            clone,
        }
    }

    /// Hands the next frame to `pull` as its own.
    #[inline]
    pub fn take<R: Outcome>(
        &mut self,
        stride: &Stride,
        pull: impl FnOnce(Frame<T>) -> R,
    ) -> Result<(), Failure> {
        let frame = self.receive(stride)?;
        pull(frame).outcome().map_err(|error| self.failed(error))
    }

    /// Shows the next frame to `pull`.
    #[inline]
    pub fn borrow<R: Outcome>(
        &mut self,
        stride: &Stride,
        pull: impl FnOnce(&Frame<T>) -> R,
    ) -> Result<(), Failure> {
        let frame = self.peek(stride)?;
        let outcome = pull(&frame).outcome();
        drop(frame);
        outcome.map_err(|error| self.failed(error))
    }

    /// The next frame, owned. From here on, what is allocated belongs to this pad.
    #[inline]
    pub fn receive(&mut self, stride: &Stride) -> Result<Frame<T>, Failure> {
        memory::set_owner(self.name.owner);
        let Some(slot) = &self.link else {
            return Err(self.no_frame());
        };
        let frame = if self.delivery == Delivery::Move {
            slot.take(stride)
        } else {
            self.copy(slot, stride)
        };
        let Some(frame) = frame else {
            return Err(self.no_frame());
        };
        admit(&self.name, &mut self.eos, &mut self.spec, &frame, stride)?;
        Ok(frame)
    }

    /// A look at the next frame. From here on, what is allocated belongs to this pad.
    #[inline]
    pub fn peek(&mut self, stride: &Stride) -> Result<Peek<'_, T>, Failure> {
        memory::set_owner(self.name.owner);
        let last = self.delivery == Delivery::LookLast;
        match self.link.as_ref().and_then(|slot| slot.peek(stride, last)) {
            Some(frame) => {
                admit(&self.name, &mut self.eos, &mut self.spec, &frame, stride)?;
                Ok(frame)
            }
            None => Err(no_frame(&self.name)),
        }
    }

    /// The failure that `error` means when it happens while this pad takes a frame.
    #[cold]
    pub fn failed(&self, error: BoxError) -> Failure {
        Failure::new(
            &self.name.full,
            Callback::Pull,
            FailureCause::Returned(error),
        )
    }

    #[cold]
    fn no_frame(&self) -> Failure {
        no_frame(&self.name)
    }

    #[inline(never)]
    fn copy(&self, slot: &Slot<T>, stride: &Stride) -> Option<Frame<T>> {
        let frame = slot.peek(stride, self.delivery == Delivery::LookLast)?;
        match (frame.data(), self.clone) {
            (Some(data), Some(clone)) => Some(frame.envelope::<()>().replace(Some(clone(data)))),
            (Some(_), None) => None,
            (None, _) => Some(frame.envelope()),
        }
    }
}

#[cold]
fn no_frame(name: &PortName) -> Failure {
    Failure::new(&name.full, Callback::Pull, FailureCause::NoFrame)
}

/// Latches EOS and holds the frame to the spec of the first one.
#[inline]
fn admit<T>(
    name: &PortName,
    eos: &mut bool,
    known: &mut Option<Spec>,
    frame: &Frame<T>,
    stride: &Stride,
) -> Result<(), Failure> {
    if frame.is_eos() && !*eos {
        *eos = true;
        stride.note_eos();
    }
    match known {
        Some(known) if known.is_shared_with(frame.spec()) => Ok(()),
        _ => compare_specs(name, known, frame.spec()),
    }
}

#[cold]
fn compare_specs(name: &PortName, known: &mut Option<Spec>, found: &Spec) -> Result<(), Failure> {
    match known {
        Some(expected) if expected != found => {
            let cause = FailureCause::SpecChanged {
                expected: expected.clone(),
                found: found.clone(),
            };
            Err(Failure::new(&name.full, Callback::Pull, cause))
        }
        _ => {
            *known = Some(found.clone());
            Ok(())
        }
    }
}

/// The end of a link that gives frames, with the slot in which they rest.
#[derive(Debug)]
pub struct SourcePort<T> {
    name: PortName,
    slot: Arc<Slot<T>>,
    clone: Option<CloneFunction<T>>,
}

impl<T: Payload> SourcePort<T> {
    /// A port with an empty slot.
    pub fn new(name: &str, clone: Option<CloneFunction<T>>) -> Self {
        Self {
            name: PortName::new(name),
            slot: Arc::new(Slot::new()),
            clone,
        }
    }

    /// Gives the frame that `new` makes, as a transform does.
    #[inline]
    pub fn give<F: IntoFrame<Payload = T>>(
        &mut self,
        stride: &Stride,
        new: impl FnOnce() -> F,
    ) -> Result<(), Failure> {
        memory::set_owner(self.name.owner);
        match new().into_frame() {
            Ok(frame) => self.put(stride, frame),
            Err(error) => Err(self.failed(error)),
        }
    }

    /// Gives the frame that `new` makes, as a source does: when the streams are being ended, it is marked EOS.
    #[inline]
    pub fn produce<F: IntoFrame<Payload = T>>(
        &mut self,
        stride: &Stride,
        new: impl FnOnce() -> F,
    ) -> Result<(), Failure> {
        memory::set_owner(self.name.owner);
        match new().into_frame() {
            Ok(mut frame) => {
                frame.force_eos(stride.is_ending());
                self.put(stride, frame)
            }
            Err(error) => Err(self.failed(error)),
        }
    }

    /// The failure that `error` means when it happens while this pad makes a frame.
    #[cold]
    pub fn failed(&self, error: BoxError) -> Failure {
        Failure::new(
            &self.name.full,
            Callback::New,
            FailureCause::Returned(error),
        )
    }

    #[inline]
    fn put(&self, stride: &Stride, frame: Frame<T>) -> Result<(), Failure> {
        if self.slot.put(stride, frame) {
            Ok(())
        } else {
            Err(Failure::new(
                &self.name.full,
                Callback::New,
                FailureCause::NoFrame,
            ))
        }
    }
}

/// The step of an element between its sink pads and its source pads.
#[derive(Debug)]
pub struct InternalPort {
    name: PortName,
}

impl InternalPort {
    /// A port called `inl`.
    #[expect(
        clippy::new_without_default,
        reason = "made by generated code, next to ports that have no default"
    )]
    pub fn new() -> Self {
        Self {
            name: PortName::new(INTERNAL),
        }
    }

    /// Runs `internal` on behalf of this pad.
    #[inline]
    pub fn call<R: Outcome>(
        &mut self,
        _stride: &Stride,
        internal: impl FnOnce() -> R,
    ) -> Result<(), Failure> {
        memory::set_owner(self.name.owner);
        internal().outcome().map_err(|error| {
            Failure::new(
                &self.name.full,
                Callback::Internal,
                FailureCause::Returned(error),
            )
        })
    }

    pub(crate) const fn name(&self) -> &PortName {
        &self.name
    }

    pub(crate) const fn name_mut(&mut self) -> &mut PortName {
        &mut self.name
    }
}

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
            let outcome = pull(Pad::new(&port.name.short, index), frame).outcome();
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
            memory::set_owner(port.name.owner);
            let last = port.delivery == Delivery::LookLast;
            let Some(frame) = port.link.as_ref().and_then(|slot| slot.peek(stride, last)) else {
                return Err(port.no_frame());
            };
            admit(&port.name, &mut port.eos, &mut port.spec, &frame, stride)?;
            let outcome = pull(Pad::new(&port.name.short, index), &frame).outcome();
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
            memory::set_owner(port.name.owner);
            match new(Pad::new(&port.name.short, index)).into_frame() {
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

impl PortName {
    /// Gives the port its full name and registers the owner of what is allocated on its behalf.
    pub(crate) fn join(&mut self, element: &str, direction: Direction) {
        self.full = direction.full_name(element, &self.short);
        self.owner = memory::register(&self.full);
    }

    /// Like [`join`](Self::join) for the internal pad, whose owner was registered when the element was built.
    pub(crate) fn adopt(&mut self, element: &str, owner: Option<OwnerId>) {
        self.full = Direction::Internal.full_name(element, &self.short);
        self.owner = owner.unwrap_or_else(|| memory::register(&self.full));
    }
}
