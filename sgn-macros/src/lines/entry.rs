//! How a marked function is entered, and whose code it is.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::LitStr;

/// The code that runs on entry to a marked function.
#[derive(Clone, Copy)]
pub(crate) enum Entry<'a> {
    /// Nothing: whoever calls it sets the line next.
    Plain(Code<'a>),
    /// The caller's line is restored on return.
    Helper(Option<Code<'a>>),
    /// A scope of this owner is opened.
    Owner(&'a LitStr),
}

/// Whose code a function is, for threads that work for nobody.
#[derive(Clone, Copy)]
pub(crate) struct Code<'a> {
    /// The name of the element's type.
    pub(crate) element: &'a str,
    /// The pad that the function serves, as `snk:in`; empty for none.
    pub(crate) pad: &'a str,
}

/// Where an element stands: the same in all that one attribute writes, and another one for each type.
pub(crate) fn place(element: &str, private: &impl ToTokens) -> TokenStream {
    quote!(#private::place!(#element))
}
