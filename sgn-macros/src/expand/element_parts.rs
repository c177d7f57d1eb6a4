//! The parts of an element, from a struct and an impl or from a function.

use proc_macro2::TokenStream;
use syn::{Generics, Type};

use super::pads::Pad;

/// The parts that generated code is made from.
pub(crate) struct ElementParts<'a> {
    pub(crate) self_ty: &'a Type,
    pub(crate) name: String,
    pub(crate) generics: &'a Generics,
    pub(crate) pads: Vec<Pad>,
    /// The body of one stride, a `Result`; its statements may use the locals `element` and `step`, and each makes the
    /// `step` of the pads after it.
    pub(crate) stride: TokenStream,
    /// Further functions of `Element`: `on_startup`, `on_build`, `eos_error`.
    pub(crate) callbacks: TokenStream,
    /// The struct half is asked for, and says which fields may own memory.
    pub(crate) has_fields: bool,
    /// It is an impl half, which the struct half asks for.
    pub(crate) is_half: bool,
    /// The item has mistakes that are reported beside it: it gets its shape and is not registered.
    pub(crate) broken: bool,
}
