//! Elements without their types: what the graph and the scheduler see.

use std::any::{Any, TypeId};

use super::facts::Facts;
use crate::BoxError;
use crate::memory;
use crate::pad::{AnyPorts, AnySinkPort, AnySourcePort, Failure, InternalPort, PadNames, Stride};
use crate::thread::{CodePlace, Running};

/// The numbers of pads that were named when the element was built.
#[derive(Clone, Copy)]
pub(crate) struct Named {
    pub(crate) sources: usize,
    pub(crate) sinks: usize,
}

/// The part of an element that does not depend on its type.
pub(crate) struct Core {
    pub(super) running: Running,
    pub(crate) internal: InternalPort,
    pub(crate) named: Named,
}

impl Core {
    pub(super) fn new(place: CodePlace) -> Self {
        Self {
            // Before `on_build`, which may start threads.
            running: Running::new(place, memory::owner()),
            internal: InternalPort::new(),
            named: Named {
                sources: 0,
                sinks: 0,
            },
        }
    }
}

/// The state of an element's sink pads at the end of their streams.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct EndOfStream {
    pub(crate) any: bool,
    pub(crate) all: bool,
}

/// The parts of an element, all at once.
pub(crate) struct Parts<'a> {
    pub(super) element: &'a mut dyn Any,
    pub(super) core: &'a mut Core,
    pub(super) ports: &'a mut dyn AnyPorts,
}

/// An element and its ports without their types: one virtual call a stride.
///
/// Three methods, because each is compiled for each type of element; what can do without the type is in
/// `impl dyn AnyElement`.
pub(crate) trait AnyElement: Send {
    fn stride(&mut self, stride: &Stride) -> Result<(), Failure>;
    fn view(&self) -> (&'static Facts, &dyn Any);
    fn parts(&mut self) -> Parts<'_>;
}

impl dyn AnyElement {
    pub(crate) fn facts(&self) -> &'static Facts {
        self.view().0
    }

    pub(crate) fn as_any(&self) -> &dyn Any {
        self.view().1
    }

    pub(crate) fn as_any_mut(&mut self) -> &mut dyn Any {
        self.parts().element
    }

    pub(crate) fn core(&mut self) -> &mut Core {
        self.parts().core
    }

    pub(crate) fn ports(&mut self) -> &mut dyn AnyPorts {
        self.parts().ports
    }

    pub(crate) fn on_build(&mut self, pads: &PadNames) -> Result<(), BoxError> {
        match self.facts().on_build {
            Some(on_build) => on_build(self.as_any_mut(), pads),
            None => Ok(()),
        }
    }

    pub(crate) fn on_startup(&mut self) -> Result<(), BoxError> {
        match self.facts().on_startup {
            Some(on_startup) => on_startup(self.as_any_mut()),
            None => Ok(()),
        }
    }

    pub(crate) fn eos_error(&mut self) -> Option<BoxError> {
        let eos_error = self.facts().eos_error?;
        eos_error(self.as_any_mut())
    }

    /// Visits the sink ports, in pad order.
    pub(crate) fn sinks(&mut self, visit: &mut dyn FnMut(&mut dyn AnySinkPort)) {
        self.ports().sinks(visit);
    }

    /// Visits the source ports, in pad order.
    pub(crate) fn sources(&mut self, visit: &mut dyn FnMut(&mut dyn AnySourcePort)) {
        self.ports().sources(visit);
    }

    /// Returns the functions that clone the payloads of the pads, as far as the author's code says so.
    pub(crate) fn clone_functions(&mut self) -> Vec<(TypeId, Box<dyn Any + Send>)> {
        let mut known = Vec::new();
        self.sinks(&mut |port| {
            known.extend(
                port.clone_function()
                    .map(|clone| (port.payload().id, clone)),
            )
        });
        self.sources(&mut |port| {
            known.extend(
                port.clone_function()
                    .map(|clone| (port.payload().id, clone)),
            )
        });
        known
    }

    /// Returns the state of the sink pads at the end of their streams.
    pub(crate) fn end_of_stream(&mut self) -> EndOfStream {
        let mut found = EndOfStream {
            any: false,
            all: true,
        };
        self.sinks(&mut |port| {
            found.any |= port.has_eos();
            found.all &= port.has_eos();
        });
        found
    }
}
