//! The struct half: the struct itself, its builder, and the promise that both halves have one role.
//!
//! The builder is called like the struct with `Builder` after it, and letters stay as they are: a struct `Gain` and a
//! function `gain` live in one module.
//!
//! A required property is a type parameter of the builder: `Unset` until the setter turns it into `Set<T>`, which holds
//! the value. Only a builder whose parameters are all `Set` makes an element, so nothing is checked at run time.

mod builder;
mod definition;
mod fields;
mod functions;
mod make;
mod setters;
mod traits;

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, Ident};

use self::builder::Builder;
pub(crate) use self::fields::has_fields;
use super::block;
use super::register::{self, StructEntry};
use crate::args::Options;
use crate::item::attributes::copies;
use crate::item::struct_half::StructHalf;
use crate::paths::short;

/// Everything that the struct half makes.
///
/// With `broken` the item has mistakes that are reported beside it: then the builder has its shape, and nothing more is
/// asked of the user's types.
pub(crate) fn struct_half(half: &StructHalf, options: &Options, broken: bool) -> TokenStream {
    let item = &half.item;
    let is_asked_here = !broken && item.generics.params.is_empty();
    let impl_half = is_asked_here.then(|| ask_for_impl_half(&item.ident));
    StructParts::new(half, options, broken, impl_half).with(options, &TokenStream::new())
}

/// Asks for the impl half.
///
/// That of a generic element is asked for where the element is used: it may ask more of the parameters than the struct
/// does.
fn ask_for_impl_half(name: &Ident) -> TokenStream {
    let private = short();
    quote!(<#name as #private::HasImplHalf>::MET)
}

/// The code of the struct half, in parts: a function puts the rest of its element beside the items of the block.
pub(crate) struct StructParts {
    /// The struct and its builder, which others may name.
    outside: TokenStream,
    /// The conditions of the struct.
    cfgs: Vec<Attribute>,
    /// All other items, which no code of the user names.
    inside: TokenStream,
}

impl StructParts {
    /// `asks` is an expression of nothing that asks for what the struct needs.
    pub(crate) fn new(
        half: &StructHalf,
        options: &Options,
        broken: bool,
        asks: Option<TokenStream>,
    ) -> Self {
        let item = &half.item;
        let builder = Builder::new(half, options, broken);
        let definition = builder.definition(&options.paths.private());
        let made = builder.made();
        let functions = builder.functions(asks);
        let debug = builder.debug();
        let entry = (!broken).then(|| register::struct_entry(half, options));
        let (constant, submission) = match entry {
            Some(StructEntry::Constant(entry)) => (Some(entry), None),
            Some(StructEntry::Submission(entry)) => (None, Some(entry)),
            None => (None, None),
        };
        let traits = builder.traits(constant.as_ref());
        Self {
            outside: quote!(#item #definition),
            cfgs: copies(&item.attrs, "cfg"),
            inside: quote!(#made #functions #debug #traits #submission),
        }
    }

    /// All of it, and `others` in the block.
    pub(crate) fn with(self, options: &Options, others: &TokenStream) -> TokenStream {
        let Self {
            outside,
            cfgs,
            inside,
        } = self;
        let block = block(options, &quote!(#inside #others));
        quote! {
            #outside
            #(#cfgs)*
            #block
        }
    }
}
