//! The way of an item through the stages: options, item, rules, expansion.

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote};
use syn::{Attribute, Item, ItemFn, ItemImpl, ItemStruct};

use crate::args::Options;
use crate::diagnostics::Diagnostics;
use crate::item::attributes::remove_siblings;
use crate::item::function::FunctionElement;
use crate::item::impl_half::ImplHalf;
use crate::item::struct_half::StructHalf;
use crate::pad_rules::FixedPads;
use crate::role::Role;
use crate::{debug, expand, validate};

/// Expands one of the three role attributes.
///
/// Whatever is wrong, the user's item is emitted too, with a stub around it, so that one mistake is one error and editors
/// keep working.
pub(crate) fn role(role: Role, options: TokenStream, tokens: TokenStream) -> TokenStream {
    let mut diagnostics = Diagnostics::default();
    let options = Options::parse(role, options, &mut diagnostics);
    let (name, expansion) = match syn::parse2::<Item>(tokens.clone()) {
        Ok(Item::Struct(item)) => struct_half(item, &options, &mut diagnostics),
        Ok(Item::Impl(item)) => impl_half(item, &options, &mut diagnostics),
        Ok(Item::Fn(item)) => function(item, &options, &mut diagnostics),
        Ok(other) => {
            diagnostics.push(validate::items::wrong_item(&other, role));
            (String::new(), other.into_token_stream())
        }
        Err(error) => {
            diagnostics.push(error);
            (String::new(), tokens)
        }
    };
    let errors = diagnostics.into_tokens();
    let expansion = quote!(#expansion #errors);
    debug::print(&name, &expansion);
    expansion
}

fn struct_half(
    mut item: ItemStruct,
    options: &Options,
    diagnostics: &mut Diagnostics,
) -> (String, TokenStream) {
    prepare(&mut item.attrs, options, diagnostics);
    if let Some((_, span)) = options.eos {
        diagnostics.push(validate::options::eos_belongs_to_the_impl(span));
    }
    options.rules.refuse_on_struct(options.role, diagnostics);
    let half = StructHalf::parse(item, diagnostics);
    let expansion = expand::builder::struct_half(&half, options, !diagnostics.is_clean());
    (half.item.ident.to_string(), expansion)
}

fn impl_half(
    mut item: ItemImpl,
    options: &Options,
    diagnostics: &mut Diagnostics,
) -> (String, TokenStream) {
    prepare(&mut item.attrs, options, diagnostics);
    match ImplHalf::parse(options.role, item, diagnostics) {
        Ok(half) => {
            options
                .rules
                .check(&half.name, &FixedPads::of_impl(&half), diagnostics);
            let expansion = expand::impl_half::impl_half(&half, options, !diagnostics.is_clean());
            (half.name.to_string(), expansion)
        }
        Err(item) => (String::new(), item.into_token_stream()),
    }
}

fn function(
    mut item: ItemFn,
    options: &Options,
    diagnostics: &mut Diagnostics,
) -> (String, TokenStream) {
    prepare(&mut item.attrs, options, diagnostics);
    let name = item.sig.ident.to_string();
    let function = FunctionElement::parse(options.role, item, diagnostics);
    options.rules.check(
        &function.item.sig.ident,
        &FixedPads::of_function(&function),
        diagnostics,
    );
    let expansion = expand::function::function(&function, options, !diagnostics.is_clean());
    (name, expansion)
}

fn prepare(attributes: &mut Vec<Attribute>, options: &Options, diagnostics: &mut Diagnostics) {
    remove_siblings(options.role, attributes, diagnostics);
}
