//! Attributes that stand on the user's items: finding ours, keeping theirs.

use proc_macro2::Span;
use quote::ToTokens as _;
use syn::{Attribute, Expr, ExprLit, Ident, Lit, Meta};

use crate::diagnostics::Diagnostics;
use crate::role::Role;
use crate::validate::items as say;

/// Removes and returns the attributes called `name`.
pub(crate) fn extract(attributes: &mut Vec<Attribute>, name: &str) -> Vec<Attribute> {
    attributes
        .extract_if(.., |attribute| attribute.path().is_ident(name))
        .collect()
}

/// The attributes called `name`, such as `cfg` or `doc`.
pub(crate) fn copies(attributes: &[Attribute], name: &str) -> Vec<Attribute> {
    attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident(name))
        .cloned()
        .collect()
}

/// The attributes with `allow` for `expect`: what they stand on is written elsewhere, where a lint may have nothing to say,
/// or in two places, of which it says something in one.
pub(crate) fn without_expectations(attributes: &[Attribute]) -> Vec<Attribute> {
    let mut attributes = attributes.to_vec();
    for attribute in &mut attributes {
        if let Meta::List(list) = &mut attribute.meta
            && list.path.is_ident("expect")
        {
            list.path = Ident::new("allow", Span::mixed_site()).into();
        }
    }
    attributes
}

/// Whether the attribute is there in some builds only, or makes what it stands on so.
pub(crate) fn is_condition(attribute: &Attribute) -> bool {
    ["cfg", "cfg_attr"]
        .iter()
        .any(|name| attribute.path().is_ident(name))
}

/// The text of the doc comments, one line each.
pub(crate) fn doc_lines(attributes: &[Attribute]) -> Vec<String> {
    attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("doc"))
        .filter_map(|attribute| match &attribute.meta {
            Meta::NameValue(pair) => match &pair.value {
                Expr::Lit(ExprLit {
                    lit: Lit::Str(text),
                    ..
                }) => Some(text.value()),
                _ => None,
            },
            _ => None,
        })
        .collect()
}

/// Removes further role attributes, which would expand the item a second time, and reports them.
pub(crate) fn remove_siblings(
    role: Role,
    attributes: &mut Vec<Attribute>,
    diagnostics: &mut Diagnostics,
) {
    attributes.retain(|attribute| {
        let last = attribute
            .path()
            .segments
            .last()
            .map(|segment| segment.ident.to_string());
        let Some(sibling) = last.as_deref().and_then(Role::from_attribute) else {
            return true;
        };
        diagnostics.push(say::second_role(
            attribute.path().to_token_stream(),
            role,
            sibling,
        ));
        false
    });
}
