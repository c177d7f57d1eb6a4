//! From the user's item to what is compiled.

mod calls;
pub(crate) mod element;
mod element_parts;
pub(crate) mod function;
pub(crate) mod impl_half;
mod looks;
mod outputs;
pub(crate) mod pads;
pub(crate) mod register;
pub(crate) mod struct_half;
mod variables;

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::token::Bracket;
use syn::{AttrStyle, Attribute, Ident, Meta, Token};

use crate::args::Options;

/// The attributes of [`quiet_item`], all but their end.
macro_rules! quiet_item {
    () => {
        "#[allow(deprecated, non_camel_case_types, non_snake_case, private_bounds, private_interfaces, trivial_bounds, \
         unused_qualifications, reason = \"written by a macro of `sgn`\")] \
         #[cfg_attr(clippy, allow(clippy::absolute_paths, clippy::all, clippy::arbitrary_source_item_ordering, \
         clippy::nursery, clippy::pedantic,"
    };
}

/// Lets a function of the user's be compiled into the stride that calls it, unless the user says how it is compiled.
///
/// The stride is made where the library's generic code is, and without this only what lies there can be inlined.
fn inline(attributes: &mut Vec<Attribute>) {
    let says_how = |attribute: &Attribute| {
        ["inline", "cold", "cfg_attr"]
            .iter()
            .any(|name| attribute.path().is_ident(name))
    };
    if !attributes.iter().any(says_how) {
        attributes.push(Attribute {
            pound_token: Token![#](Span::call_site()),
            style: AttrStyle::Outer,
            bracket_token: Bracket::default(),
            meta: Meta::Path(Ident::new("inline", Span::call_site()).into()),
        });
    }
}

/// A block of items that the user did not write, in which [`short`](crate::paths::short) is `sgn::__private`.
pub(crate) fn block(options: &Options, items: &TokenStream) -> TokenStream {
    let (quiet, import) = (quiet(), options.paths.import());
    quote! {
        #quiet
        const _: () = {
            #import
            #items
        };
    }
}

/// Keeps lints quiet on the block of all that need not stand outside of it.
///
/// Those only that have something to say: a crate that forbids a lint may not hear that it is allowed. So neither
/// `clippy::restriction` is here as a whole, nor `unused`, which says nothing of what a macro of another crate wrote.
/// Clippy's own are there for Clippy only: to set the level of a lint takes the compiler time, even of one that it does
/// not have.
fn quiet() -> TokenStream {
    read(concat!(
        quiet_item!(),
        "clippy::impl_trait_in_params, clippy::partial_pub_fields,))]"
    ))
}

/// Keeps lints quiet on a trait or a struct that the user did not write, and that stands outside of the block.
pub(crate) fn quiet_item() -> TokenStream {
    read(concat!(quiet_item!(), "))]"))
}

/// Reads tokens that are the same for all elements: the compiler does so faster than this crate makes them one by one,
/// as it is optimised, and this crate is not in the build of a user.
fn read(text: &str) -> TokenStream {
    if !proc_macro::is_available() {
        // In a test.
        return text.parse().unwrap_or_default();
    }
    // By the compiler's own type, as the other one reads the text before it has the compiler read it.
    text.parse::<proc_macro::TokenStream>()
        .map(TokenStream::from)
        .unwrap_or_default()
}
