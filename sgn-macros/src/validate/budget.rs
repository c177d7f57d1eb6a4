//! Sentences about the options for the memory of an element.

use proc_macro2::Span;
use syn::{Error, Ident};

use crate::role::Role;

pub(crate) fn budget_needs_bytes(span: Span) -> Error {
    Error::new(
        span,
        "option `budget` takes a number of bytes; write `budget = \"1 MiB\"`, or `budget = 4096`",
    )
}

pub(crate) fn budget_cannot_be_read(span: Span, text: &str) -> Error {
    Error::new(
        span,
        format!(
            "{text:?} is no number of bytes; write a whole number and a unit, one of B, kB, MB, GB, TB, KiB, MiB, GiB and \
             TiB: `budget = \"1 MiB\"`"
        ),
    )
}

pub(crate) fn budget_is_too_large(span: Span) -> Error {
    Error::new(
        span,
        "a budget is at most 18446744073709551615 bytes; write less",
    )
}

pub(crate) fn needs_a_number(span: Span, name: &Ident) -> Error {
    let (what, example) = if name == "warm_up" {
        ("strides", 16)
    } else {
        ("blocks", 0)
    };
    Error::new(
        span,
        format!("option `{name}` takes a number of {what}; write `{name} = {example}`"),
    )
}

pub(crate) fn belongs_to_the_impl(name: &Ident, role: Role) -> Error {
    let attribute = role.attribute();
    Error::new(
        name.span(),
        format!("option `{name}` belongs to the impl half; write it on `#[sgn::{attribute}] impl`"),
    )
}
