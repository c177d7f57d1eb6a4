//! The variables of generated code.

use proc_macro2::Span;
use syn::Ident;

/// A variable of generated code, which nothing that the user named can be mistaken for.
///
/// The span alone would not do: a pattern means a static, a constant or a unit struct of its name wherever it was
/// written.
pub(super) fn local(name: &str) -> Ident {
    Ident::new(&format!("__sgn_{name}"), Span::mixed_site())
}

/// The variable that holds the frame of an input, or the look at it.
pub(super) fn frame(index: usize) -> Ident {
    local(&format!("frame_{index}"))
}

/// The variable that holds the payload of an input.
pub(super) fn data(index: usize) -> Ident {
    local(&format!("data_{index}"))
}
