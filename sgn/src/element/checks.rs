//! Checks of the name and the pads of a new element.

use std::collections::HashSet;

use super::builder::Settings;
use super::facts::Facts;
use super::role::Role;
use crate::error::{Error, ErrorKind, Result};
use crate::pad::{Direction, check_short};
use crate::text::is_unfit;

pub(super) fn check_name(name: &str) -> Result<()> {
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

pub(super) fn check_pads_allowed(settings: &Settings, facts: &Facts) -> Result<()> {
    let name = &settings.name;
    let refuse = |direction: Direction, given: &[String]| {
        Err(Error::new(
            ErrorKind::PadsAreFixed,
            format!(
                "the {direction}s of element `{name}` ({}) are fixed; {given:?} cannot be added",
                facts.type_name
            ),
        )
        .of_element(name))
    };
    if !facts.dynamic_sources && !settings.source_pads.is_empty() {
        return refuse(Direction::Source, &settings.source_pads);
    }
    if !facts.dynamic_sinks && !settings.sink_pads.is_empty() {
        return refuse(Direction::Sink, &settings.sink_pads);
    }
    Ok(())
}

pub(super) fn check_pad_names(element: &str, direction: Direction, names: &[String]) -> Result<()> {
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

pub(super) fn check_role(
    element: &str,
    facts: &Facts,
    sources: &[String],
    sinks: &[String],
) -> Result<()> {
    let role = facts.role;
    let (lacking, remedy) = match role {
        Role::Source | Role::Transform if sources.is_empty() => {
            (Direction::Source, r#".source_pads(["out"])"#)
        }
        Role::Sink | Role::Transform if sinks.is_empty() => {
            (Direction::Sink, r#".sink_pads(["in"])"#)
        }
        _ => return Ok(()),
    };
    Err(Error::new(
        ErrorKind::NoPads,
        format!(
            "{role} element `{element}` ({}) has no {lacking}; name at least one when building it: `{remedy}`",
            facts.type_name
        ),
    )
    .of_element(element))
}

pub(super) fn check_rules(
    element: &str,
    facts: &Facts,
    sources: &[String],
    sinks: &[String],
) -> Result<()> {
    facts.pad_rules.check(sinks, sources).map_err(|fault| {
        Error::new(
            ErrorKind::PadRule,
            format!(
                "the pads of element `{element}` ({}) break a rule: {fault}",
                facts.type_name
            ),
        )
        .of_element(element)
    })
}
