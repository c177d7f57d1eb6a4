//! Sentences about the options of the role attributes.

use proc_macro2::Span;
use syn::{Error, Ident};

use super::suggest::nearest;
use crate::role::Role;

/// The options of an attribute, for the sentence that lists them.
const fn known(role: Role) -> &'static [&'static str] {
    match role {
        Role::Source => &[
            "crate",
            "num_pads",
            "single_pad",
            "budget",
            "allocs_per_stride",
            "warm_up",
        ],
        Role::Transform => &[
            "crate",
            "eos",
            "one_to_one",
            "one_to_many",
            "many_to_one",
            "num_pads",
            "pad_names_match",
            "budget",
            "allocs_per_stride",
            "warm_up",
        ],
        Role::Sink => &[
            "crate",
            "eos",
            "num_pads",
            "single_pad",
            "budget",
            "allocs_per_stride",
            "warm_up",
        ],
    }
}

pub(crate) fn unknown(name: &Ident, role: Role) -> Error {
    let word = name.to_string();
    let remedy = nearest(&word, known(role).iter().copied()).map_or_else(
        || format!("it knows {}", list(known(role))),
        |near| format!("did you mean `{near}`?"),
    );
    let attribute = role.attribute();
    Error::new(
        name.span(),
        format!("unknown `#[sgn::{attribute}]` option `{word}`; {remedy}"),
    )
}

pub(crate) fn repeated(name: &Ident, role: Role) -> Error {
    let attribute = role.attribute();
    Error::new(
        name.span(),
        format!("option `{name}` of `#[sgn::{attribute}]` is given twice; remove this one"),
    )
}

pub(crate) fn crate_needs_a_path(name: &Ident) -> Error {
    crate_needs_a_path_at(name.span())
}

pub(crate) fn crate_needs_a_path_at(span: Span) -> Error {
    Error::new(
        span,
        "option `crate` takes the path of the `sgn` crate; write `crate = my::sgn`",
    )
}

pub(crate) fn eos_needs_a_choice(span: Span, role: Role) -> Error {
    Error::new(
        span,
        match role {
            Role::Transform => {
                "option `eos` of a transform takes `manual`; write `eos = manual`, or leave it out to end with the inputs"
            }
            Role::Source | Role::Sink => {
                "option `eos` takes `any` or `all`; write `eos = any` or `eos = all`"
            }
        },
    )
}

pub(crate) fn eos_is_not_for(name: &Ident, role: Role) -> Error {
    let attribute = role.attribute();
    Error::new(
        name.span(),
        format!(
            "option `eos` decides when a sink is done or who ends a transform; `#[sgn::{attribute}]` has no such choice"
        ),
    )
}

pub(crate) fn eos_is_carried(span: Span) -> Error {
    Error::new(
        span,
        "a function of payloads hands on the EOS of its inputs and cannot hold it back; \
         take frames, `x: &Frame<T>`, or remove `eos = manual`",
    )
}

pub(crate) fn eos_belongs_to_the_impl(span: Span, role: Role) -> Error {
    let attribute = role.attribute();
    Error::new(
        span,
        format!("option `eos` belongs to the impl half; write it on `#[sgn::{attribute}] impl`"),
    )
}

/// `a`, `b` and `c`, each in backticks.
pub(crate) fn list(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.as_slice() {
        [] => String::from("none"),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
