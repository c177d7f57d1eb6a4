//! The element's end of a pad: how frames come in and go out.
//!
//! A port is on the path of every frame, so what that path does not need (names, clone functions, errors) is kept
//! out of its way, in functions of its own and behind a pointer.

mod any;
mod group;
mod internal;
mod list;
mod outputs;
mod sink;
mod source;
mod step;

use std::any::{TypeId, type_name};
use std::cell::Cell;

pub(crate) use self::any::{AnySinkPort, AnySourcePort};
pub(crate) use self::internal::InternalPort;
pub(crate) use self::list::AnyPorts;
pub use self::list::{PortList, Ports};
pub(crate) use self::outputs::Outputs;
pub use self::step::Step;

use self::group::{SinkPorts, SourcePorts};
use self::sink::SinkPort;
use self::source::SourcePort;
use super::name::Direction;
use super::stride::{Callback, Failure, FailureCause};
use crate::BoxError;
use crate::memory::{self, OwnerId};
use crate::pad::signature::Payload;

/// The callback of a port that a panic came out of, if there was one.
#[derive(Debug, Default)]
pub(crate) struct Unwound(Cell<Option<Callback>>);

impl Unwound {
    /// Calls `work`, and notes a panic that comes out of it; costs nothing without one.
    #[inline(always)]
    fn watch<R>(&self, callback: Callback, work: impl FnOnce() -> R) -> R {
        let watch = Watch(self, callback);
        let outcome = work();
        std::mem::forget(watch);
        outcome
    }

    /// The callback that a panic came out of since the last call.
    pub(crate) fn take(&self) -> Option<Callback> {
        self.0.take()
    }
}

/// Dropped by a panic only.
struct Watch<'a>(&'a Unwound, Callback);

impl Drop for Watch<'_> {
    #[cold]
    fn drop(&mut self) {
        self.0.0.set(Some(self.1));
    }
}

/// The name of a port and the owner of what is allocated on its behalf.
#[derive(Debug)]
pub struct PortName {
    pub(crate) short: String,
    pub(crate) full: String,
    pub(crate) owner: OwnerId,
    pub(crate) unwound: Unwound,
}

impl PortName {
    fn new(short: &str) -> Self {
        Self {
            short: short.to_owned(),
            full: String::new(),
            owner: OwnerId::RUNTIME,
            unwound: Unwound::default(),
        }
    }

    /// Makes the full name and registers the owner of what is allocated on behalf of the port.
    fn join(&mut self, element: &str, direction: Direction) -> OwnerId {
        self.full = direction.full_name(element, &self.short);
        self.owner = memory::register(&self.full);
        self.owner
    }

    #[cold]
    fn fails(&self, callback: Callback, cause: FailureCause) -> Failure {
        Failure::new(&self.full, callback, cause)
    }

    /// The failure that `error` means when it happens while this pad takes a frame.
    #[cold]
    pub fn failed(&self, error: BoxError) -> Failure {
        self.returned(Callback::Pull, error)
    }

    #[cold]
    fn returned(&self, callback: Callback, error: BoxError) -> Failure {
        self.fails(callback, FailureCause::Returned(error))
    }

    #[cold]
    fn no_frame(&self, callback: Callback) -> Failure {
        self.fails(callback, FailureCause::NoFrame)
    }

    /// Like [`join`](Self::join) for the internal pad, whose owner was registered when the element was built.
    fn adopt(&mut self, element: &str, owner: Option<OwnerId>) -> OwnerId {
        self.full = Direction::Internal.full_name(element, &self.short);
        self.owner = owner.unwrap_or_else(|| memory::register(&self.full));
        self.owner
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
pub(crate) enum Delivery {
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
pub(crate) struct PayloadType {
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
