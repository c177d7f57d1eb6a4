//! The attribute macros of `sgn`.

mod args;
mod debug;
mod diagnostics;
mod expand;
mod item;
mod macros;
mod pad_rules;
mod paths;
mod role;
mod text;
mod validate;

use proc_macro::TokenStream;

use crate::role::Role;

/// Makes a struct, its impl, or a function a source: an element that gives frames.
#[proc_macro_attribute]
pub fn source(options: TokenStream, item: TokenStream) -> TokenStream {
    macros::role(Role::Source, options.into(), item.into()).into()
}

/// Makes a struct, its impl, or a function a transform: an element that takes frames and gives frames.
#[proc_macro_attribute]
pub fn transform(options: TokenStream, item: TokenStream) -> TokenStream {
    macros::role(Role::Transform, options.into(), item.into()).into()
}

/// Makes a struct, its impl, or a function a sink: an element that takes frames.
#[proc_macro_attribute]
pub fn sink(options: TokenStream, item: TokenStream) -> TokenStream {
    macros::role(Role::Sink, options.into(), item.into()).into()
}
