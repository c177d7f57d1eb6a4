//! From the properties to the element.

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens as _, format_ident, quote, quote_spanned};
use syn::Ident;

use super::builder::Builder;
use crate::expand::pads::span_of;
use crate::item::struct_half::{Field, FieldKind};
use crate::paths::at;
use crate::text::unraw;

impl Builder<'_> {
    /// The function that checks the ranges of the properties and makes the state.
    ///
    /// It gives a tuple, as the compiler proposes what gives an element to whoever writes `Counter::new()`. It is a function
    /// of the element, so that `Self` in an expression of the user means what it does elsewhere.
    pub(super) fn make_function(&self) -> TokenStream {
        let Self { item, private, .. } = self;
        let name = &item.ident;
        let properties = self
            .properties()
            .map(|(field, property)| (field, TokenStream::new(), property.range.as_ref()));
        let states = self.fields.iter().filter_map(|field| {
            let FieldKind::State(value) = &field.kind else {
                return None;
            };
            let ty = &field.ty;
            let value = match value {
                Some(value) => quote!(#value),
                None => {
                    let default = at(span_of(ty), quote!(#private::StateDefault));
                    quote_spanned!(span_of(ty)=> <#ty as #default>::initial())
                }
            };
            Some((field, value, None))
        });
        let steps: Vec<_> = properties.chain(states).collect();
        let is_named = |field: &Field| self.fields.iter().any(|other| uses(other, &field.ident));
        let variable = |field: &Field| {
            if is_named(field) {
                field.ident.clone()
            } else {
                hidden(&field.ident)
            }
        };
        let fields = self.fields.iter().map(|field| {
            let (ident, variable) = (&field.ident, variable(field));
            quote!(#ident: #variable)
        });
        let element = quote! {
            #private::Ok((#name { #(#fields),* },))
        };
        let last_first = steps.iter().rev();
        let body = last_first.fold(element, |rest, (field, value, range)| {
            let (ident, ty) = (&field.ident, &field.ty);
            let (hidden, variable, text) = (hidden(ident), variable(field), unraw(ident));
            let made = matches!(field.kind, FieldKind::State(_))
                .then(|| quote!(let #hidden: #ty = #value;));
            let check = range.map(|range| {
                quote! {
                    #private::check_range(__sgn_settings, #text, &#variable, #range)?;
                }
            });
            if !is_named(field) {
                return quote!(#made #check #rest);
            }
            // No variable may hide a static, a constant or a unit struct of the user's module; but a function may,
            // and a variable may hide the function.
            quote! {
                #made
                {
                    fn #ident() {}
                    let #ident: #ty = #hidden;
                    #check
                    #rest
                }
            }
        });
        let given = self.properties().map(|(field, _)| {
            let (argument, ty) = (hidden(&field.ident), &field.ty);
            quote!(#argument: #ty)
        });
        quote! {
            fn __sgn_make(
                __sgn_settings: &mut #private::Settings,
                #(#given),*
            ) -> #private::Result<(Self,)> {
                let __sgn_scope = __sgn_settings.scope();
                #body
            }
        }
    }
}

/// The variable of a field that no expression of the user names.
fn hidden(field: &Ident) -> Ident {
    format_ident!("__sgn_field_{}", unraw(field))
}

/// Returns true if an expression that makes or checks the field may name `variable`.
fn uses(field: &Field, variable: &Ident) -> bool {
    let tokens = match &field.kind {
        FieldKind::State(value) => value.to_token_stream(),
        FieldKind::Property(property) => property.range.to_token_stream(),
    };
    mentions(tokens, &unraw(variable))
}

/// Returns true if the word stands among the tokens, or in a text, which may be a format.
fn mentions(tokens: TokenStream, word: &str) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => unraw(&ident) == word,
        TokenTree::Literal(text) => text.to_string().contains(word),
        TokenTree::Group(group) => mentions(group.stream(), word),
        TokenTree::Punct(_) => false,
    })
}
