//! The builder of one struct: its name, its parameters and its fields.

use proc_macro2::TokenStream;
use quote::{ToTokens as _, format_ident, quote};
use syn::{GenericParam, Generics, Ident, ItemStruct, TypeParam, parse_quote};

use crate::args::Options;
use crate::item::struct_half::{Field, FieldKind, Initial, Property, StructHalf};
use crate::paths::short;
use crate::text::unraw;

/// The builder of one struct.
pub(super) struct Builder<'a> {
    pub(super) half: &'a StructHalf,
    pub(super) item: &'a ItemStruct,
    pub(super) own: &'a Generics,
    pub(super) fields: &'a [Field],
    pub(super) role: &'static str,
    pub(super) broken: bool,
    pub(super) private: Ident,
    pub(super) ident: Ident,
    pub(super) required: Vec<Required<'a>>,
}

/// A property without a default.
pub(super) struct Required<'a> {
    pub(super) field: &'a Field,
    /// The type parameter that is `Unset` or `Set<T>`.
    pub(super) parameter: Ident,
}

impl<'a> Builder<'a> {
    pub(super) fn new(half: &'a StructHalf, options: &Options, broken: bool) -> Self {
        let required = half
            .fields
            .iter()
            .filter(|field| {
                matches!(
                    &field.kind,
                    FieldKind::Property(Property {
                        initial: Initial::Required,
                        ..
                    })
                )
            })
            .enumerate()
            .map(|(place, field)| Required {
                field,
                // the place, as `x_1` and `x1` are one word in camel case
                parameter: format_ident!("__Sgn{place}{}", camel_case(&unraw(&field.ident))),
            })
            .collect();
        let name = &half.item.ident;
        Self {
            half,
            item: &half.item,
            own: &half.generics,
            fields: &half.fields,
            role: options.role.variant(),
            broken,
            private: short(),
            ident: Ident::new(&format!("{}Builder", unraw(name)), name.span()),
            required,
        }
    }

    pub(super) fn properties(&self) -> impl Iterator<Item = (&'a Field, &'a Property)> {
        self.fields.iter().filter_map(|field| match &field.kind {
            FieldKind::Property(property) => Some((field, property)),
            FieldKind::State(_) => None,
        })
    }

    pub(super) fn required(&self, field: &Field) -> Option<&Required<'a>> {
        self.required
            .iter()
            .find(|required| required.field.ident == field.ident)
    }

    /// The struct's parameters and one for each required property.
    pub(super) fn generics(&self, default: Option<&TokenStream>) -> Generics {
        let mut generics = self.own.clone();
        for required in &self.required {
            let parameter = &required.parameter;
            generics.params.push(match default {
                Some(default) => parse_quote!(#parameter = #default),
                None => GenericParam::Type(TypeParam::from(parameter.clone())),
            });
        }
        generics
    }

    /// The builder's type with `arguments` for the required properties.
    pub(super) fn with_arguments(&self, arguments: &[TokenStream]) -> TokenStream {
        let ident = &self.ident;
        let own = self.own.params.iter().map(|parameter| match parameter {
            GenericParam::Type(parameter) => parameter.ident.to_token_stream(),
            GenericParam::Const(parameter) => parameter.ident.to_token_stream(),
            GenericParam::Lifetime(parameter) => parameter.lifetime.to_token_stream(),
        });
        let mut all = own.chain(arguments.iter().cloned()).peekable();
        if all.peek().is_none() {
            return ident.to_token_stream();
        }
        quote!(#ident<#(#all),*>)
    }

    /// The builder's type while no property is set.
    pub(super) fn unset(&self) -> TokenStream {
        let private = &self.private;
        let unset: Vec<TokenStream> = self
            .required
            .iter()
            .map(|_| quote!(#private::Unset))
            .collect();
        self.with_arguments(&unset)
    }

    /// The field that uses the struct's parameters, if it has any.
    pub(super) fn marker(&self, ty: bool) -> Option<TokenStream> {
        let name = &self.item.ident;
        let (_, arguments, _) = self.own.split_for_impl();
        (!self.own.params.is_empty()).then(|| {
            if ty {
                quote!(__sgn_element: ::core::marker::PhantomData<fn() -> #name #arguments>,)
            } else {
                quote!(__sgn_element: ::core::marker::PhantomData,)
            }
        })
    }
}

/// `max_frames` as `MaxFrames`.
fn camel_case(name: &str) -> String {
    name.split('_')
        .flat_map(|word| {
            let mut characters = word.chars();
            let first = characters.next();
            first
                .into_iter()
                .flat_map(char::to_uppercase)
                .chain(characters)
        })
        .collect()
}
