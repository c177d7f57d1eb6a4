//! The setters of a builder, one a property.

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote, quote_spanned};
use syn::Ident;

use super::builder::{Builder, Required};
use crate::expand::pads::span_of;
use crate::item::struct_half::{Field, Initial, Property};
use crate::paths::at;
use crate::text::{text_of, unraw};

impl<'a> Builder<'a> {
    /// The impl with all setters; nothing if there are no properties.
    pub(super) fn setters(&self) -> TokenStream {
        let setters: TokenStream = self
            .properties()
            .map(|(field, property)| match self.required(field) {
                Some(required) => self.required_setter(required, property),
                None => self.optional_setter(field, property),
            })
            .collect();
        if setters.is_empty() {
            return setters;
        }
        let generics = self.generics(None);
        let (parameters, arguments, where_clause) = generics.split_for_impl();
        let builder = &self.ident;
        quote! {
            impl #parameters #builder #arguments #where_clause {
                #setters
            }
        }
    }

    /// A setter that replaces the default.
    fn optional_setter(&self, field: &Field, property: &Property) -> TokenStream {
        let ident = &field.ident;
        let Setter {
            vis,
            docs,
            argument,
            value,
        } = self.setter(field, property);
        quote! {
            #(#[doc = #docs])*
            #vis fn #ident(mut self, #argument) -> Self {
                self.#ident = #value;
                self
            }
        }
    }

    /// A setter that turns `Unset` into `Set<T>`; calling it again replaces the value.
    fn required_setter(&self, required: &Required<'_>, property: &Property) -> TokenStream {
        let private = &self.private;
        let Field { ident, ty, .. } = required.field;
        let Setter {
            vis,
            docs,
            argument,
            value,
        } = self.setter(required.field, property);
        let after: Vec<TokenStream> = self
            .required
            .iter()
            .map(|other| {
                if other.parameter == required.parameter {
                    quote!(#private::Set<#ty>)
                } else {
                    other.parameter.to_token_stream()
                }
            })
            .collect();
        let output = self.with_arguments(&after);
        let others = self
            .properties()
            .filter(|(field, _)| field.ident != *ident)
            .map(|(field, _)| {
                let ident = &field.ident;
                quote!(#ident: self.#ident)
            });
        let (builder, marker) = (&self.ident, self.marker(false));
        quote! {
            #(#[doc = #docs])*
            #vis fn #ident(self, #argument) -> #output {
                #builder {
                    #ident: #private::Set(#value),
                    #(#others,)*
                    __sgn_settings: self.__sgn_settings,
                    #marker
                }
            }
        }
    }

    fn setter(&self, field: &Field, property: &Property) -> Setter<'a> {
        let ty = &field.ty;
        // All of it stands where the type does: a wrong value is told with the whole argument underlined.
        let span = span_of(ty);
        let name = Ident::new("value", span);
        let (argument, value) = if property.into {
            let into = at(span, quote!(::core::convert::Into));
            (
                quote_spanned!(span=> impl #into<#ty>),
                quote!(::core::convert::Into::into(#name)),
            )
        } else {
            (ty.to_token_stream(), name.to_token_stream())
        };
        let argument = quote_spanned!(span=> #name: #argument);
        Setter {
            vis: &self.item.vis,
            docs: setter_docs(field, property),
            argument,
            value,
        }
    }
}

/// The parts of a setter.
struct Setter<'a> {
    vis: &'a syn::Visibility,
    docs: Vec<String>,
    /// The name of the argument and its type.
    argument: TokenStream,
    /// What the field becomes.
    value: TokenStream,
}

/// The field's own documentation, then its default and range.
fn setter_docs(field: &Field, property: &Property) -> Vec<String> {
    let mut docs = field.docs.clone();
    if docs.is_empty() {
        docs.push(format!(" Sets the property `{}`.", unraw(&field.ident)));
    }
    docs.push(String::new());
    docs.push(match &property.initial {
        Initial::Required => String::from(" Required."),
        Initial::Default => String::from(" Default: `Default::default()`."),
        Initial::Value(value) => format!(" Default: `{}`.", text_of(value)),
    });
    if let Some(range) = &property.range {
        docs.push(format!(" Range: `{}`.", text_of(range)));
    }
    docs
}
