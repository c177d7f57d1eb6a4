//! Sentences about the options that hold pads to rules.

use proc_macro2::Span;
use syn::{Error, Ident};

use super::options::list;
use crate::role::{Direction, Role, RuleKind};

const fn word(direction: Direction) -> &'static str {
    match direction {
        Direction::Source => "source",
        Direction::Sink => "sink",
    }
}

pub(crate) fn wrong_count(
    span: Span,
    kind: RuleKind,
    element: &Ident,
    direction: Direction,
    wanted: usize,
    names: &[&str],
) -> Error {
    let (option, word) = (kind.option(), word(direction));
    let plural = if wanted == 1 { "" } else { "s" };
    let found = match names {
        [] => String::from("none"),
        names => format!("{}: {}", names.len(), list(names)),
    };
    Error::new(
        span,
        format!(
            "`{option}` asks for {wanted} {word} pad{plural}, but `{element}` has {found}; drop the option or change \
             the pads"
        ),
    )
}

pub(crate) fn names_differ(span: Span, element: &Ident, name: &str) -> Error {
    Error::new(
        span,
        format!(
            "`pad_names_match` asks for source pads of the same names as the sink pads, but only one side of \
             `{element}` has `{name}`; drop the option or rename the pad"
        ),
    )
}

pub(crate) fn rule_of_another_role(name: &Ident, role: Role) -> Error {
    let attribute = role.attribute();
    let remedy = match role {
        Role::Transform => "use `num_pads(sinks = 1, sources = 1)`",
        Role::Source => "use `num_pads(sources = 1)` or `single_pad`",
        Role::Sink => "use `num_pads(sinks = 1)` or `single_pad`",
    };
    Error::new(
        name.span(),
        format!("option `{name}` makes no sense for `#[sgn::{attribute}]`; {remedy}"),
    )
}

pub(crate) fn rule_on_struct(span: Span, kind: RuleKind, role: Role) -> Error {
    let (option, attribute) = (kind.option(), role.attribute());
    Error::new(
        span,
        format!(
            "option `{option}` belongs to the impl half; write it on `#[sgn::{attribute}] impl`"
        ),
    )
}

pub(crate) fn num_pads_needs_counts(span: Span) -> Error {
    Error::new(
        span,
        "option `num_pads` takes the counts; write `num_pads(sinks = 2, sources = 1)`, or one of the two",
    )
}

pub(crate) fn unknown_count(name: &Ident, role: Role) -> Error {
    let known = match role {
        Role::Source => "`sources`",
        Role::Transform => "`sinks` and `sources`",
        Role::Sink => "`sinks`",
    };
    let attribute = role.attribute();
    Error::new(
        name.span(),
        format!("unknown count `{name}`; `num_pads` of `#[sgn::{attribute}]` knows {known}"),
    )
}

pub(crate) fn count_needs_a_number(span: Span, name: &Ident) -> Error {
    Error::new(
        span,
        format!("`{name}` takes a number of pads; write `{name} = 1`"),
    )
}

pub(crate) fn count_given_twice(name: &Ident) -> Error {
    Error::new(
        name.span(),
        format!("`{name}` is given twice; remove this one"),
    )
}
