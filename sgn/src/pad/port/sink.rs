//! The end of a link that takes frames.

use std::any::Any;
use std::sync::Arc;

use super::{AnySinkPort, Delivery, Intake, PayloadType, PortName};
use crate::BoxError;
use crate::frame::{Frame, Spec};
use crate::memory;
use crate::pad::name::Pad;
use crate::pad::signature::{Outcome, Payload};
use crate::pad::slot::{CloneFunction, Expected, Peek, Slot};
use crate::pad::stride::{Callback, Failure, FailureCause, Stride};

/// The end of a link that takes frames.
#[derive(Debug)]
pub struct SinkPort<T> {
    name: PortName,
    /// The slot of the source port; an empty one of its own before the port is wired.
    link: Arc<Slot<T>>,
    /// What needs no more than a glance: [`Expected::NEWS`] before the first frame, and always if it is to be copied.
    expected: Expected,
    /// The spec of the first frame, which all others must have.
    spec: Spec,
    delivery: Delivery,
    met: bool,
    eos: bool,
    intake: Intake,
    clone: Option<CloneFunction<T>>,
    /// Where a copy rests, so that frames are taken in one way only; made if the plan says `Copy`.
    copies: Option<Box<Slot<T>>>,
}

impl<T: Payload> SinkPort<T> {
    /// A port that is linked to nothing yet.
    pub fn new(name: &str, clone: Option<CloneFunction<T>>, intake: Intake) -> Self {
        Self {
            name: PortName::new(name),
            link: Arc::new(Slot::new()),
            expected: Expected::NEWS,
            spec: Spec::NONE,
            delivery: Delivery::Look,
            met: false,
            eos: false,
            intake,
            clone,
            copies: None,
        }
    }

    /// Hands the next frame to `pull` as its own.
    #[inline(always)]
    pub fn take<R: Outcome>(
        &mut self,
        stride: &Stride,
        pull: impl FnOnce(Frame<T>) -> R,
    ) -> Result<(), Failure> {
        let frame = self.receive(stride)?;
        pull(frame).outcome().map_err(|error| self.failed(error))
    }

    /// Shows the next frame to `pull`.
    #[inline(always)]
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
    #[inline(always)]
    pub fn receive(&mut self, stride: &Stride) -> Result<Frame<T>, Failure> {
        memory::set_owner(self.name.owner);
        let mut slot = &*self.link;
        if !slot.has(stride, self.expected, &self.spec) {
            self.admit(stride)?;
            slot = self.copies.as_ref().map_or(&*self.link, |copy| &**copy);
        }
        slot.take(stride)
            .ok_or_else(|| self.name.no_frame(Callback::Pull))
    }

    /// A look at the next frame. From here on, what is allocated belongs to this pad.
    #[inline(always)]
    pub fn peek(&mut self, stride: &Stride) -> Result<Peek<'_, T>, Failure> {
        self.look(stride).map(|(_, frame)| frame)
    }

    /// As [`peek`](Self::peek), with the port.
    #[inline(always)]
    pub(super) fn look(&mut self, stride: &Stride) -> Result<(&Self, Peek<'_, T>), Failure> {
        memory::set_owner(self.name.owner);
        if !self.link.has(stride, self.expected, &self.spec) {
            self.admit(stride)?;
        }
        let last = self.delivery == Delivery::LookLast;
        match self.link.peek(stride, last) {
            Some(frame) => Ok((self, frame)),
            None => Err(self.name.no_frame(Callback::Pull)),
        }
    }

    /// The failure that `error` means when it happens while this pad takes a frame.
    #[cold]
    pub fn failed(&self, error: BoxError) -> Failure {
        self.name.returned(Callback::Pull, error)
    }

    /// What a method that serves several pads is told of this one.
    pub(super) fn pad(&self, index: usize) -> Pad<'_> {
        Pad::new(&self.name.text.short, index)
    }

    /// Latches EOS, holds the frame to the spec of the first one, and makes a copy if that is what the plan wants.
    #[cold]
    #[inline(never)]
    fn admit(&mut self, stride: &Stride) -> Result<(), Failure> {
        let Some(frame) = self.link.peek(stride, false) else {
            return Err(self.name.no_frame(Callback::Pull));
        };
        if frame.is_eos() && !self.eos {
            self.eos = true;
            stride.note_eos();
        }
        if self.met && self.spec != *frame.spec() {
            let cause = FailureCause::SpecChanged {
                expected: self.spec.clone(),
                found: frame.spec().clone(),
            };
            return Err(self.name.fails(Callback::Pull, cause));
        }
        self.met = true;
        self.spec = frame.spec().clone();
        let Some(copies) = &self.copies else {
            self.expected = Expected::MORE;
            return Ok(());
        };
        let copy = match (frame.data(), self.clone) {
            (Some(data), Some(clone)) => frame.envelope::<()>().replace(Some(clone(data))),
            (Some(_), None) => return Err(self.name.no_frame(Callback::Pull)),
            (None, _) => frame.envelope(),
        };
        copies.put(stride, copy);
        Ok(())
    }
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
        self.link = Arc::clone(slot);
        self.delivery = delivery;
        self.expected = Expected::NEWS;
        self.copies = (delivery == Delivery::Copy).then(|| Box::new(Slot::new()));
        if let Some(clone) = clone.and_then(|clone| clone.downcast_ref::<CloneFunction<T>>()) {
            self.clone = Some(*clone);
        }
        true
    }

    fn has_eos(&self) -> bool {
        self.eos
    }
}
