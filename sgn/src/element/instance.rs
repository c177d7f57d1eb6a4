//! An element with its ports, without its type.

use std::any::{Any, TypeId};
use std::collections::HashSet;
use std::fmt;

use super::builder::building;
use super::contained::Contained;
use super::{Element, EosPolicy, IntoElement, Role, Settings};
use crate::BoxError;
use crate::error::{Callback, Error, ErrorKind, Result};
use crate::foreign;
use crate::memory::{self, OwnerId};
use crate::pad::{
    AnySinkPort, AnySourcePort, Direction, Failure, InternalPort, Outputs, PadNames, PortList,
    PortName, Ports, Step, Stride, check_short,
};
use crate::text::is_unfit;
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

    fn from_parts<E, P, F>(
        mut settings: Settings,
        mut element: E,
        ports: PortList<P>,
        stride: F,
    ) -> Result<Self>
    where
        E: Element + Send,
        P: Ports,
        F: Fn(&mut E, Step<'_, P>) -> Result<(), Failure> + Send + 'static,
    {
        let _scope = settings.scope();
        // Before `on_build`, which may start threads; dropped before the owner is released if that fails.
        let running = Running::new(E::PLACE, memory::owner());
        match Self::check(&mut settings, &mut element, ports, &running) {
            Ok((name, names, ports, internal)) => Ok(Self {
                name,
                object: Contained::new(Instance {
                    element,
                    _running: running,
                    ports,
                    internal,
                    stride,
                    dynamic_sources: names.sources().len(),
                    dynamic_sinks: names.sinks().len(),
                }),
                eos: settings.eos.unwrap_or(E::EOS),
            }),
            Err(error) => {
                // That its destructor panics, too, is the second error.
                let _ = foreign::discard(element);
                Err(error)
            }
        }
    }

    fn check<E: Element + Send, P: Ports>(
        settings: &mut Settings,
        element: &mut E,
        ports: PortList<P>,
        running: &Running,
    ) -> Result<(String, PadNames, P, InternalPort)> {
        check_pads_allowed::<E>(settings)?;
        let name = std::mem::take(&mut settings.name);
        let names = PadNames::new(
            std::mem::take(&mut settings.source_pads),
            std::mem::take(&mut settings.sink_pads),
        );
        check_name(&name)?;
        let PortList(mut ports) = ports;
        ports.name_pads(&names);
        let mut sources = Vec::new();
        let mut sinks = Vec::new();
        ports.sources(&mut |port| sources.push(port.name().short.clone()));
        ports.sinks(&mut |port| sinks.push(port.name().short.clone()));
        check_pad_names(&name, Direction::Source, &sources)?;
        check_pad_names(&name, Direction::Sink, &sinks)?;
        check_role::<E>(&name, &sources, &sinks)?;
        check_rules::<E>(&name, &sources, &sinks)?;
        foreign::catch(|| element.on_build(&names))
            .map_err(|text| panicked(&name, E::TYPE_NAME, &text))?
            .map_err(|error| refused(&name, E::TYPE_NAME, error))?;
        ports.sources(&mut |port| port.join(&name));
        ports.sinks(&mut |port| port.join(&name));
        if E::ROLE == Role::Transform && !E::ENDS_BY_ITSELF {
            Outputs::tie(&mut ports);
        }
        let mut internal = InternalPort::new();
        internal.adopt(&name, settings.owner.take());
        running.set_pads(code_pads(&names, &mut ports));
        Ok((name, names, ports, internal))
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
            .field("type", &self.object.type_name())
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
        settings: Settings,
        ports: PortList<P>,
        stride: impl Fn(&mut E, Step<'_, P>) -> Result<(), Failure> + Send + 'static,
    ) -> Result<NewElement> {
        NewElement::from_parts(settings, self, ports, stride)
    }
}

/// How far the sink pads of an element are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct EndOfStream {
    pub(crate) any: bool,
    pub(crate) all: bool,
}

/// An element and its ports without their types: one virtual call a stride.
pub(crate) trait AnyElement: Send {
    fn stride(&mut self, stride: &Stride) -> Result<(), Failure>;
    fn on_startup(&mut self) -> Result<(), BoxError>;
    fn eos_error(&mut self) -> Option<BoxError>;
    fn role(&self) -> Role;
    fn type_name(&self) -> &'static str;
    /// Where the code of the type stands.
    fn code(&self) -> CodePlace;
    fn sinks(&mut self, visit: &mut dyn FnMut(&mut dyn AnySinkPort));
    fn sources(&mut self, visit: &mut dyn FnMut(&mut dyn AnySourcePort));
    fn internal(&mut self) -> &mut InternalPort;
    fn dynamic_pads(&self) -> (usize, usize);
    fn as_any(&self) -> &dyn Any;
    fn as_any_mut(&mut self) -> &mut dyn Any;

    /// How the payloads of the pads are cloned, as far as the author's code says so.
    fn clone_functions(&mut self) -> Vec<(TypeId, Box<dyn Any + Send>)> {
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

    fn end_of_stream(&mut self) -> EndOfStream {
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
    // Dropped first, as it may wait for its threads, and what it runs before the owners of its pads.
    element: E,
    _running: Running,
    ports: P,
    internal: InternalPort,
    stride: F,
    dynamic_sources: usize,
    dynamic_sinks: usize,
}

impl<E, P, F> AnyElement for Instance<E, P, F>
where
    E: Element + Send,
    P: Ports,
    F: Fn(&mut E, Step<'_, P>) -> Result<(), Failure> + Send,
{
    fn stride(&mut self, stride: &Stride) -> Result<(), Failure> {
        let step = Step::new(&mut self.ports, &self.internal, stride);
        (self.stride)(&mut self.element, step)
    }

    fn on_startup(&mut self) -> Result<(), BoxError> {
        self.element.on_startup()
    }

    fn eos_error(&mut self) -> Option<BoxError> {
        self.element.eos_error()
    }

    fn role(&self) -> Role {
        E::ROLE
    }

    fn type_name(&self) -> &'static str {
        E::TYPE_NAME
    }

    fn code(&self) -> CodePlace {
        E::PLACE
    }

    fn sinks(&mut self, visit: &mut dyn FnMut(&mut dyn AnySinkPort)) {
        self.ports.sinks(visit);
    }

    fn sources(&mut self, visit: &mut dyn FnMut(&mut dyn AnySourcePort)) {
        self.ports.sources(visit);
    }

    fn internal(&mut self) -> &mut InternalPort {
        &mut self.internal
    }

    fn dynamic_pads(&self) -> (usize, usize) {
        (self.dynamic_sources, self.dynamic_sinks)
    }

    fn as_any(&self) -> &dyn Any {
        &self.element
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        &mut self.element
    }
}

/// The pads whose methods serve no other pad, as the marks of these methods call them.
fn code_pads(names: &PadNames, ports: &mut impl Ports) -> Vec<(String, OwnerId)> {
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

fn check_name(name: &str) -> Result<()> {
    let fault = if name.is_empty() {
        "element names are non-empty"
    } else if name.chars().any(is_unfit) {
        "element names cannot contain control characters, nor others that are not seen"
    } else {
        return Ok(());
    };
    Err(Error::new(
        ErrorKind::InvalidName,
        format!("invalid element name {name:?}: {fault}"),
    ))
}

fn check_pads_allowed<E: Element>(settings: &Settings) -> Result<()> {
    let name = &settings.name;
    let refuse = |direction: Direction, given: &[String]| {
        Err(Error::new(
            ErrorKind::PadsAreFixed,
            format!(
                "the {direction}s of element `{name}` ({}) are fixed; {given:?} cannot be added",
                E::TYPE_NAME
            ),
        )
        .of_element(name))
    };
    if !E::DYNAMIC_SOURCES && !settings.source_pads.is_empty() {
        return refuse(Direction::Source, &settings.source_pads);
    }
    if !E::DYNAMIC_SINKS && !settings.sink_pads.is_empty() {
        return refuse(Direction::Sink, &settings.sink_pads);
    }
    Ok(())
}

fn check_pad_names(element: &str, direction: Direction, names: &[String]) -> Result<()> {
    let mut seen = HashSet::new();
    for name in names {
        if let Err(fault) = check_short(name) {
            return Err(Error::new(
                ErrorKind::InvalidName,
                format!("invalid pad name {name:?} of element `{element}`: {fault}"),
            )
            .of_element(element));
        }
        if !seen.insert(name) {
            return Err(Error::new(
                ErrorKind::DuplicatePadName,
                format!("element `{element}` has two {direction}s called `{name}`; its {direction}s are {names:?}"),
            )
            .of_element(element));
        }
    }
    Ok(())
}

fn check_role<E: Element>(element: &str, sources: &[String], sinks: &[String]) -> Result<()> {
    let lacking = match E::ROLE {
        Role::Source | Role::Transform if sources.is_empty() => Direction::Source,
        Role::Sink | Role::Transform if sinks.is_empty() => Direction::Sink,
        _ => return Ok(()),
    };
    let role = E::ROLE;
    Err(Error::new(
        ErrorKind::NoPads,
        format!(
            "{role} element `{element}` ({}) has no {lacking}; name at least one when building it",
            E::TYPE_NAME
        ),
    )
    .of_element(element))
}

fn check_rules<E: Element>(element: &str, sources: &[String], sinks: &[String]) -> Result<()> {
    E::PAD_RULES.check(sinks, sources).map_err(|fault| {
        Error::new(
            ErrorKind::PadRule,
            format!(
                "the pads of element `{element}` ({}) break a rule: {fault}",
                E::TYPE_NAME
            ),
        )
        .of_element(element)
    })
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
