//! An element with its ports, without its type.

use std::any::{Any, TypeId};
use std::fmt;

use super::builder::building;
use super::checks::{check_name, check_pad_names, check_pads_allowed, check_role, check_rules};
use super::contained::Contained;
use super::facts::Facts;
use super::{Element, EosPolicy, IntoElement, Role, Settings};
use crate::BoxError;
use crate::error::{Callback, Error, ErrorKind, Result};
use crate::foreign;
use crate::memory::{self, OwnerId};
use crate::pad::{
    AnyPorts, AnySinkPort, AnySourcePort, Direction, Failure, InternalPort, PadNames, PortList,
    PortName, Ports, Step, Stride,
};
use crate::thread::{CodePlace, Running};

/// An element that is built and checked and belongs to no pipeline yet.
///
/// Made by [`NewElement::new`] from any builder; several of different types go into a pipeline at once with
/// [`Pipeline::insert`](crate::Pipeline::insert).
pub struct NewElement {
    pub(crate) name: String,
    pub(crate) object: Contained,
    pub(crate) eos: EosPolicy,
}

impl NewElement {
    /// Builds an element and checks its properties, its pad names and its configuration.
    ///
    /// # Errors
    ///
    /// An invalid element name, an invalid or repeated pad name, no pads where the role needs one, pads named
    /// for an element whose pads are fixed, a property outside its range, or what the element's own `on_build`
    /// finds.
    pub fn new<B: IntoElement>(builder: B) -> Result<Self> {
        let (settings, element) = building(None, || builder.into_element())?;
        element.into_new(settings)
    }

    /// Checks the element and gives its ports their names.
    ///
    /// Knows no type, so that it is compiled once and not for each element of a program.
    fn finish(mut settings: Settings, mut object: Contained) -> Result<Self> {
        // What is wrong with the element comes first; that its destructor panics, too, would be the second error.
        let (name, names) = check(&mut settings, &mut object)?;
        object.core().named = Named {
            sources: names.sources().len(),
            sinks: names.sinks().len(),
        };
        Ok(Self {
            eos: settings.eos.unwrap_or(object.facts().eos),
            name,
            object,
        })
    }

    /// The element's name.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl fmt::Debug for NewElement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewElement")
            .field("name", &self.name)
            .field("type", &self.object.facts().type_name)
            .finish_non_exhaustive()
    }
}

/// An element that can move between threads: what generated code turns into a [`NewElement`].
#[diagnostic::on_unimplemented(
    message = "an element moves between threads, and `{Self}` cannot; own its data, or share it by `Arc`",
    label = "something in it is not `Send`"
)]
pub trait State: Sized {
    /// See [`Element::into_new`].
    ///
    /// # Errors
    ///
    /// Those of [`Element::into_new`].
    fn into_new<P: Ports>(
        self,
        settings: Settings,
        ports: PortList<P>,
        stride: impl Fn(&mut Self, Step<'_, P>) -> Result<(), Failure> + Send + 'static,
    ) -> Result<NewElement>;
}

#[diagnostic::do_not_recommend]
impl<E: Element + Send> State for E {
    fn into_new<P: Ports>(
        self,
        mut settings: Settings,
        ports: PortList<P>,
        stride: impl Fn(&mut E, Step<'_, P>) -> Result<(), Failure> + Send + 'static,
    ) -> Result<NewElement> {
        let _scope = settings.scope();
        let PortList(ports) = ports;
        let object = Contained::new(Box::new(Instance {
            element: self,
            core: Core::new(E::PLACE),
            ports,
            stride,
        }));
        NewElement::finish(settings, object)
    }
}

/// How many pads were named when the element was built.
#[derive(Clone, Copy)]
pub(crate) struct Named {
    pub(crate) sources: usize,
    pub(crate) sinks: usize,
}

/// The part of an element that does not depend on its type.
pub(crate) struct Core {
    running: Running,
    pub(crate) internal: InternalPort,
    pub(crate) named: Named,
}

impl Core {
    fn new(place: CodePlace) -> Self {
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

/// How far the sink pads of an element are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct EndOfStream {
    pub(crate) any: bool,
    pub(crate) all: bool,
}

/// An element and its ports without their types: one virtual call a stride.
///
/// Few methods, because each is compiled for each type of element; what can do without the type is in
/// `impl dyn AnyElement`.
pub(crate) trait AnyElement: Send {
    fn stride(&mut self, stride: &Stride) -> Result<(), Failure>;
    fn on_build(&mut self, pads: &PadNames) -> Result<(), BoxError>;
    fn on_startup(&mut self) -> Result<(), BoxError>;
    fn eos_error(&mut self) -> Option<BoxError>;
    fn facts(&self) -> &'static Facts;
    fn ports(&mut self) -> &mut dyn AnyPorts;
    fn core(&mut self) -> &mut Core;
    fn as_any(&self) -> &dyn Any;
    fn as_any_mut(&mut self) -> &mut dyn Any;
}

impl dyn AnyElement {
    /// Visits the sink ports, in pad order.
    pub(crate) fn sinks(&mut self, visit: &mut dyn FnMut(&mut dyn AnySinkPort)) {
        self.ports().sinks(visit);
    }

    /// Visits the source ports, in pad order.
    pub(crate) fn sources(&mut self, visit: &mut dyn FnMut(&mut dyn AnySourcePort)) {
        self.ports().sources(visit);
    }

    /// How the payloads of the pads are cloned, as far as the author's code says so.
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

    /// How far the sink pads are.
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

/// `F` is one stride of the element.
struct Instance<E, P, F> {
    // Dropped first, as it may wait for its threads; what they run ends before the owners of the pads.
    element: E,
    core: Core,
    ports: P,
    stride: F,
}

impl<E, P, F> AnyElement for Instance<E, P, F>
where
    E: Element + Send,
    P: Ports,
    F: Fn(&mut E, Step<'_, P>) -> Result<(), Failure> + Send,
{
    fn stride(&mut self, stride: &Stride) -> Result<(), Failure> {
        let step = Step::new(&mut self.ports, &self.core.internal, stride);
        (self.stride)(&mut self.element, step)
    }

    fn on_build(&mut self, pads: &PadNames) -> Result<(), BoxError> {
        self.element.on_build(pads)
    }

    fn on_startup(&mut self) -> Result<(), BoxError> {
        self.element.on_startup()
    }

    fn eos_error(&mut self) -> Option<BoxError> {
        self.element.eos_error()
    }

    fn facts(&self) -> &'static Facts {
        const { &Facts::of::<E>() }
    }

    fn ports(&mut self) -> &mut dyn AnyPorts {
        &mut self.ports
    }

    fn core(&mut self) -> &mut Core {
        &mut self.core
    }

    fn as_any(&self) -> &dyn Any {
        &self.element
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        &mut self.element
    }
}

/// Checks a new element, has it check itself, and gives its pads their full names. Returns its name, and the pads that
/// were named with it.
fn check(settings: &mut Settings, object: &mut Contained) -> Result<(String, PadNames)> {
    let facts = object.facts();
    check_pads_allowed(settings, facts)?;
    let name = std::mem::take(&mut settings.name);
    let names = PadNames::new(
        std::mem::take(&mut settings.source_pads),
        std::mem::take(&mut settings.sink_pads),
    );
    check_name(&name)?;
    object.ports().name_pads(&names);
    let mut sources = Vec::new();
    let mut sinks = Vec::new();
    object.sources(&mut |port| sources.push(port.name().short.clone()));
    object.sinks(&mut |port| sinks.push(port.name().short.clone()));
    check_pad_names(&name, Direction::Source, &sources)?;
    check_pad_names(&name, Direction::Sink, &sinks)?;
    check_role(&name, facts, &sources, &sinks)?;
    check_rules(&name, facts, &sources, &sinks)?;
    foreign::catch(|| object.on_build(&names))
        .map_err(|text| panicked(&name, facts.type_name, &text))?
        .map_err(|error| refused(&name, facts.type_name, error))?;
    // What comes next is at no line of the element's.
    memory::set_owner(memory::owner());
    object.sources(&mut |port| port.join(&name));
    object.sinks(&mut |port| port.join(&name));
    if facts.role == Role::Transform && !facts.ends_by_itself {
        object.ports().tie_ends();
    }
    let owner = settings.owner.take();
    object.core().internal.adopt(&name, owner);
    let pads = code_pads(&names, object.ports());
    object.core().running.set_pads(pads);
    Ok((name, names))
}

/// The pads whose methods serve no other pad, as the marks of these methods call them.
fn code_pads(names: &PadNames, ports: &mut dyn AnyPorts) -> Vec<(String, OwnerId)> {
    let mut all = Vec::new();
    let mut add = |direction: Direction, named: usize, index: usize, port: &PortName| {
        let pad = match (index < named, named) {
            (false, _) => port.short.as_str(),
            (true, 1) => "*",
            // The method serves several, and which one it was is not known elsewhere.
            (true, _) => return,
        };
        all.push((format!("{}:{pad}", direction.tag()), port.owner));
    };
    let mut index = 0..;
    ports.sinks(&mut |port| {
        let index = index.next().unwrap_or_default();
        add(Direction::Sink, names.sinks().len(), index, port.name());
    });
    let mut index = 0..;
    ports.sources(&mut |port| {
        let index = index.next().unwrap_or_default();
        add(Direction::Source, names.sources().len(), index, port.name());
    });
    all
}

/// An element's own objection to its configuration; one of ours keeps its kind.
fn refused(element: &str, type_name: &str, error: BoxError) -> Error {
    match error.downcast::<Error>() {
        Ok(error) => error.of_element(element),
        Err(error) => Error::new(
            ErrorKind::Configuration,
            format!(
                "element `{element}` ({type_name}) cannot be built: {}",
                foreign::show_error(&*error)
            ),
        )
        .of_element(element)
        .in_callback(Callback::OnBuild)
        .caused_by(error),
    }
}

fn panicked(element: &str, type_name: &str, text: &str) -> Error {
    Error::new(
        ErrorKind::Panic,
        format!("`on_build` panicked in element `{element}` ({type_name}): {text}"),
    )
    .of_element(element)
    .in_callback(Callback::OnBuild)
}
