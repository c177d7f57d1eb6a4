//! Sentences about which items the attributes can stand on.

use proc_macro2::TokenStream;
use syn::{Error, Item};

use crate::role::Role;

/// The attribute on something that is neither a struct, an impl nor a function.
pub(crate) fn wrong_item(item: &Item, role: Role) -> Error {
    let (span, kind) = match item {
        Item::Enum(item) => (item.enum_token.span, "an enum"),
        Item::Union(item) => (item.union_token.span, "a union"),
        Item::Trait(item) => (item.trait_token.span, "a trait"),
        Item::Mod(item) => (item.mod_token.span, "a module"),
        Item::Const(item) => (item.const_token.span, "a constant"),
        Item::Static(item) => (item.static_token.span, "a static"),
        Item::Type(item) => (item.type_token.span, "a type alias"),
        Item::Use(item) => (item.use_token.span, "an import"),
        other => return Error::new_spanned(other, wrong_item_sentence("this item", role)),
    };
    Error::new(span, wrong_item_sentence(kind, role))
}

fn wrong_item_sentence(kind: &str, role: Role) -> String {
    let attribute = role.attribute();
    format!(
        "`#[sgn::{attribute}]` cannot stand on {kind}; put it on a struct, on its inherent impl, or on a function"
    )
}

/// Two role attributes on one item.
pub(crate) fn second_role(path: TokenStream, first: Role, second: Role) -> Error {
    let (one, other) = (first.attribute(), second.attribute());
    let sentence = if first == second {
        format!("`#[sgn::{one}]` is given twice; remove this one")
    } else {
        format!(
            "an element has exactly one role: `#[sgn::{one}]` cannot be combined with `#[sgn::{other}]`; remove one"
        )
    };
    Error::new_spanned(path, sentence)
}
