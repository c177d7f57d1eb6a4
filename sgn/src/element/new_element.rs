//! An element that is built and checked.

use std::fmt;

use super::any::{AnyElement, Named};
use super::budget::Budget;
use super::builder::Settings;
use super::checks::{check_name, check_pad_names, check_pads_allowed, check_role, check_rules};
use super::contained::Contained;
use super::eos_policy::EosPolicy;
use super::role::Role;
use crate::BoxError;
use crate::counting::ModeLease;
use crate::error::{Callback, Error, ErrorKind, Result};
use crate::foreign;
use crate::memory::{self, OwnerId};
use crate::pad::{AnyPorts, Direction, PadNames, PortName};

/// An element that is built and checked and belongs to no pipeline yet.
///
/// Made by [`NewElement::new`] from any builder; several of different types go into a pipeline at once with
/// [`Pipeline::insert`](crate::Pipeline::insert).
pub struct NewElement {
    pub(crate) name: String,
    pub(crate) object: Contained,
    pub(crate) eos: EosPolicy,
    pub(crate) budget: Budget,
    /// Has blocks counted as long as an element with limits exists, so that its numbers do not depend on what others
    /// count.
    pub(crate) counting: Option<ModeLease>,
}

impl NewElement {
    /// Checks the element and gives its ports their names.
    ///
    /// Knows no type, so that it is compiled once and not for each element of a program.
    ///
    /// The allocations of the calling thread have been charged to the element, and are so until this returns.
    pub(super) fn finish(settings: &mut Settings, object: Box<dyn AnyElement>) -> Result<Self> {
        let _scope = settings.end();
        let mut object = Contained::new(object);
        // What is wrong with the element comes first; that its destructor panics, too, would be the second error.
        let (name, names) = check(settings, &mut object)?;
        let budget = settings.budget.read(&name)?.or(object.facts().budget);
        object.core().named = Named {
            sources: names.sources().len(),
            sinks: names.sinks().len(),
        };
        Ok(Self {
            eos: settings.eos.unwrap_or(object.facts().eos),
            counting: budget.start_counting()?,
            budget,
            name,
            object,
        })
    }

    /// Returns the element's name.
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

/// Returns the pads whose methods serve no other pad, as the marks of these methods call them.
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

/// Returns the error with which an element rejects its configuration; an [`Error`] of this crate keeps its kind.
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
