//! The port of a sink pad, which takes frames out of a link.

use std::any::Any;
use std::sync::Arc;

use super::any::{AnySinkPort, Port};
use super::delivery::{Access, Delivery};
use super::name::PortName;
use super::outputs::Outputs;
use super::payload_type::PayloadType;
use crate::BoxError;
use crate::error::Callback;
use crate::frame::{Frame, Spec};
use crate::held::Collector;
use crate::memory::{self, Mark, OwnerId};
use crate::pad::failure::{Failure, FailureCause};
use crate::pad::name::{Direction, Pad};
use crate::pad::signature::{Outcome, Payload};
use crate::pad::slot::{CloneFunction, Peek, Slot};
use crate::pad::stride::Stride;

/// The port of a sink pad, which takes frames out of a link.
#[derive(Debug)]
pub struct SinkPort<T> {
    owner: OwnerId,
    /// True if the next frame may take the fast path, provided that it has the spec of the first one: not before the
    /// first frame, not after EOS, and never if frames are to be copied.
    fast_path: bool,
    /// True if this pad is the last one to look at a frame.
    last: bool,
    /// The slot of the source port; an empty one of its own until the port is wired.
    link: Arc<Slot<T>>,
    /// The spec of the first frame, which all others must have.
    spec: Spec,
    /// Boxed, so that the ports of an element share few cache lines.
    cold: Box<Cold<T>>,
}

/// The data that a port needs only off the fast path.
#[derive(Debug)]
struct Cold<T> {
    name: PortName,
    /// True if there was a first frame.
    seen_first: bool,
    eos: bool,
    access: Access,
    clone: Option<CloneFunction<T>>,
    /// The port's own slot, if the plan says `Copy`: the port stores the copy of a frame there, and then takes it as it
    /// takes others from the link.
    copies: Option<Slot<T>>,
    /// The line that made the link; copies are charged to it.
    linked_at: Option<&'static Mark>,
    /// The outputs that end with this input and its siblings; `None` in a sink.
    outputs: Option<Arc<Outputs>>,
}

impl<T: Payload> SinkPort<T> {
    /// Returns a port that is linked to nothing yet.
    pub(super) fn new(name: &str, clone: Option<CloneFunction<T>>, access: Access) -> Self {
        Self {
            owner: OwnerId::RUNTIME,
            fast_path: false,
            last: false,
            link: Arc::new(Slot::new()),
            spec: Spec::NONE,
            cold: Box::new(Cold {
                name: PortName::new(name),
                seen_first: false,
                eos: false,
                access,
                clone,
                copies: None,
                linked_at: None,
                outputs: None,
            }),
        }
    }

    /// Hands the next frame to `pull` as its own.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn take<R: Outcome>(
        &mut self,
        stride: &Stride,
        pull: impl FnOnce(Frame<T>) -> R,
    ) -> Result<(), Failure> {
        let frame = self.receive(stride)?;
        // Not `map_err`, whose closure would be compiled for each element.
        match pull(frame).outcome() {
            Ok(()) => Ok(()),
            Err(error) => Err(self.failed(error)),
        }
    }

    /// Shows the next frame to `pull`.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn borrow<R: Outcome>(
        &mut self,
        stride: &Stride,
        pull: impl FnOnce(&Frame<T>) -> R,
    ) -> Result<(), Failure> {
        let (port, frame) = self.look(stride)?;
        port.watch(Callback::Pull, || {
            let outcome = pull(&frame).outcome();
            outcome.map_err(|error| port.failed(error).dropping(frame))
        })
    }

    /// Takes the next frame, and charges allocations to this pad from here on.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn receive(&mut self, stride: &Stride) -> Result<Frame<T>, Failure> {
        memory::set_owner(self.owner);
        let mut slot = &*self.link;
        if !(self.fast_path && slot.has_more(stride, &self.spec)) {
            self.admit(stride)?;
            slot = self.cold.copies.as_ref().unwrap_or(&self.link);
        }
        slot.take(stride).ok_or_else(|| self.no_frame())
    }

    /// Looks at the next frame, and charges allocations to this pad from here on; returns the port, too.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn look(&mut self, stride: &Stride) -> Result<(&Self, Peek<'_, T>), Failure> {
        memory::set_owner(self.owner);
        if !(self.fast_path && self.link.has_more(stride, &self.spec)) {
            self.admit(stride)?;
        }
        match self.link.peek(stride, self.last) {
            Some(frame) => Ok((self, frame)),
            None => Err(self.no_frame()),
        }
    }

    #[cold]
    fn no_frame(&self) -> Failure {
        self.cold.name.no_frame(Callback::Pull)
    }

    #[cold]
    pub(super) fn failed(&self, error: BoxError) -> Failure {
        self.cold.name.failed(error)
    }

    /// Calls `work` on behalf of this pad, and records a panic that comes out of it.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn watch<R>(&self, callback: Callback, work: impl FnOnce() -> R) -> R {
        self.cold.name.unwound.watch(callback, work)
    }

    /// Returns the pad as a method that serves several pads receives it.
    pub(super) fn pad(&self, index: usize) -> Pad<'_> {
        Pad::new(&self.cold.name.short, index)
    }

    /// Handles the next frame off the fast path: records its end, checks its spec, and copies it if the plan says so.
    #[cold]
    #[inline(never)]
    fn admit(&mut self, stride: &Stride) -> Result<(), Failure> {
        let Some(frame) = self.link.peek(stride, false) else {
            return Err(self.no_frame());
        };
        if frame.is_eos() && !self.cold.eos {
            self.cold.eos = true;
            stride.note_eos();
            if let Some(outputs) = &self.cold.outputs {
                outputs.one_input_ended();
            }
        }
        if let (true, Some(outputs)) = (self.cold.eos, &self.cold.outputs) {
            outputs.end_with_inputs(stride);
        }
        if self.cold.seen_first && self.spec != *frame.spec() {
            let cause = FailureCause::SpecChanged {
                expected: self.spec.clone(),
                found: frame.spec().clone(),
            };
            return Err(self.cold.name.fails(Callback::Pull, cause));
        }
        self.cold.seen_first = true;
        self.spec = frame.spec().clone();
        let Some(copies) = &self.cold.copies else {
            // Once this pad has seen EOS, each further frame takes the slow path, so that the outputs' next frames are
            // marked EOS, too.
            self.fast_path = !self.cold.eos;
            return Ok(());
        };
        if let Some(line) = self.cold.linked_at {
            memory::mark(line);
        }
        let copy = match (frame.data(), self.cold.clone) {
            (Some(data), Some(clone)) => {
                let copy = self.watch(Callback::Clone, || clone(data));
                frame.envelope::<()>().replace(Some(copy))
            }
            (Some(_), None) => return Err(self.no_frame()),
            (None, _) => frame.envelope(),
        };
        copies.put(stride, copy);
        // Resets the line: what follows is not charged to that of the link.
        memory::set_owner(self.owner);
        Ok(())
    }
}

impl<T: Payload> Port for SinkPort<T> {
    fn sinks(&mut self, visit: &mut dyn FnMut(&mut dyn AnySinkPort)) {
        visit(self);
    }
}

impl<T: Payload> AnySinkPort for SinkPort<T> {
    fn name(&self) -> &PortName {
        &self.cold.name
    }

    fn join(&mut self, element: &str) {
        self.owner = self.cold.name.join(element, Direction::Sink);
    }

    fn payload(&self) -> PayloadType {
        PayloadType::of::<T>()
    }

    fn access(&self) -> Access {
        self.cold.access
    }

    fn clone_function(&self) -> Option<Box<dyn Any + Send>> {
        self.cold.clone.map(|clone| Box::new(clone) as _)
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
        self.last = delivery == Delivery::LookLast;
        self.fast_path = false;
        self.cold.copies = (delivery == Delivery::Copy).then(Slot::new);
        if let Some(clone) = clone.and_then(|clone| clone.downcast_ref::<CloneFunction<T>>()) {
            self.cold.clone = Some(*clone);
        }
        true
    }

    fn lead_to(&mut self, outputs: &Arc<Outputs>) {
        self.cold.outputs = Some(Arc::clone(outputs));
    }

    fn copy_at(&mut self, line: Option<&'static Mark>) {
        self.cold.linked_at = line;
    }

    fn has_eos(&self) -> bool {
        self.cold.eos
    }

    fn hold(&mut self, into: &mut Collector<'_>) {
        into.block_of(self);
        into.block_of(&*self.cold);
        into.words_of(&self.cold.name);
        if let Some(outputs) = &self.cold.outputs {
            outputs.hold(into);
        }
        into.words_of(&self.spec);
        // A wired port shares the slot of its source port, whose element it belongs to.
        if Arc::strong_count(&self.link) == 1 {
            into.block_of(&*self.link);
        }
        // Between strides there is no copy: the port takes each as soon as it is made.
    }
}
