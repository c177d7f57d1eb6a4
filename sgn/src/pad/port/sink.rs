//! The end of a link that takes frames.

use std::sync::Arc;

use super::{Delivery, Intake, PortName};
use crate::BoxError;
use crate::element::{Outcome, Payload};
use crate::frame::{Frame, Spec};
use crate::memory;
use crate::pad::name::Pad;
use crate::pad::slot::{CloneFunction, Peek, Slot};
use crate::pad::stride::{Callback, Failure, FailureCause, Stride};

/// The end of a link that takes frames.
#[derive(Debug)]
pub struct SinkPort<T> {
    pub(super) name: PortName,
    pub(super) link: Option<Arc<Slot<T>>>,
    pub(super) delivery: Delivery,
    pub(super) eos: bool,
    /// The spec of the first frame, which all others must have.
    pub(super) spec: Option<Spec>,
    pub(super) intake: Intake,
    pub(super) clone: Option<CloneFunction<T>>,
    /// Where a copy rests, so that frames are taken in one way only.
    copy: Slot<T>,
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
            copy: Slot::new(),
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
        let slot = Self::admit(
            &self.name,
            &self.link,
            &mut self.eos,
            &mut self.spec,
            stride,
        )?;
        let slot = if self.delivery == Delivery::Move {
            slot
        } else {
            self.copy(slot, stride);
            &self.copy
        };
        slot.take(stride)
            .ok_or_else(|| self.name.no_frame(Callback::Pull))
    }

    /// A look at the next frame. From here on, what is allocated belongs to this pad.
    #[inline(always)]
    pub fn peek(&mut self, stride: &Stride) -> Result<Peek<'_, T>, Failure> {
        let slot = Self::admit(
            &self.name,
            &self.link,
            &mut self.eos,
            &mut self.spec,
            stride,
        )?;
        let last = self.delivery == Delivery::LookLast;
        slot.peek(stride, last)
            .ok_or_else(|| self.name.no_frame(Callback::Pull))
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

    /// Opens the scope of this pad and makes sure that the frame may pass; the slot in which it rests.
    ///
    /// The frame is looked at where it is: one that was moved out would have to be put into memory again, so that
    /// the check could refer to it. Takes fields, so that a caller can go on with the others.
    #[inline(always)]
    pub(super) fn admit<'a>(
        name: &PortName,
        link: &'a Option<Arc<Slot<T>>>,
        eos: &mut bool,
        spec: &mut Option<Spec>,
        stride: &Stride,
    ) -> Result<&'a Slot<T>, Failure> {
        memory::set_owner(name.owner);
        let Some(slot) = link else {
            return Err(name.no_frame(Callback::Pull));
        };
        if !slot.has_more_of(stride, spec) {
            Self::admit_unlike(name, slot, eos, spec, stride)?;
        }
        Ok(slot)
    }

    /// Latches EOS and holds the frame to the spec of the first one.
    #[cold]
    #[inline(never)]
    fn admit_unlike(
        name: &PortName,
        slot: &Slot<T>,
        eos: &mut bool,
        spec: &mut Option<Spec>,
        stride: &Stride,
    ) -> Result<(), Failure> {
        let Some(frame) = slot.peek(stride, false) else {
            return Err(name.no_frame(Callback::Pull));
        };
        if frame.is_eos() && !*eos {
            *eos = true;
            stride.note_eos();
        }
        match spec {
            Some(expected) if expected != frame.spec() => {
                let cause = FailureCause::SpecChanged {
                    expected: expected.clone(),
                    found: frame.spec().clone(),
                };
                Err(name.fails(Callback::Pull, cause))
            }
            _ => {
                *spec = Some(frame.spec().clone());
                Ok(())
            }
        }
    }

    /// Puts a copy of the frame where this pad can take it.
    #[inline(never)]
    fn copy(&self, slot: &Slot<T>, stride: &Stride) {
        let Some(frame) = slot.peek(stride, self.delivery == Delivery::LookLast) else {
            return;
        };
        let copy = match (frame.data(), self.clone) {
            (Some(data), Some(clone)) => frame.envelope::<()>().replace(Some(clone(data))),
            (Some(_), None) => return,
            (None, _) => frame.envelope(),
        };
        self.copy.put(stride, copy);
    }
}
