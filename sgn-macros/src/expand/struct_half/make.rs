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
        // Code of the user, or of a type that is.
        let runs = steps
            .iter()
            .any(|(field, _, range)| range.is_some() || matches!(field.kind, FieldKind::State(_)));
        let expressions: TokenStream = self.fields.iter().map(expressions_of).collect();
        let named: Vec<&Ident> = self.fields.iter().map(|field| &field.ident).collect();
        let named = named_in(expressions, &named);
        let is_named = |field: &Field| named.contains(&&field.ident);
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
        // Not left before by what returns an error or panics: the caller sees to that.
        let (enter, leave) = runs
            .then(|| {
                (
                    quote!(__sgn_settings.enter();),
                    quote!(__sgn_settings.leave();),
                )
            })
            .unzip();
        let element = quote! {
            #leave
            #private::Ok((#name { #(#fields),* },))
        };
        let last_first = steps.iter().rev();
        let body = last_first.fold(element, |rest, (field, value, range)| {
            let (ident, ty) = (&field.ident, &field.ty);
            let (hidden, variable, text) = (hidden(ident), variable(field), unraw(ident));
            let made = matches!(field.kind, FieldKind::State(_))
                .then(|| quote!(let #hidden: #ty = #value;));
            let check = range.map(|range| {
                // Not `?`, which the compiler takes longer over, and compiles for each element.
                quote! {
                    if let #private::Err(__sgn_error) = #private::check_range(__sgn_settings, #text, &#variable, #range) {
                        return #private::Err(__sgn_error);
                    }
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
            ) -> #private::Made<Self> {
                #enter
                #body
            }
        }
    }
}

/// The variable of a field that no expression of the user names.
fn hidden(field: &Ident) -> Ident {
    format_ident!("__sgn_field_{}", unraw(field))
}

/// Returns the expressions that make or check the field.
fn expressions_of(field: &Field) -> TokenStream {
    match &field.kind {
        FieldKind::State(value) => value.to_token_stream(),
        FieldKind::Property(property) => property.range.to_token_stream(),
    }
}

/// Returns those of the `fields` that stand among the tokens, or in a text, which may be a format.
fn named_in<'a>(tokens: TokenStream, fields: &[&'a Ident]) -> Vec<&'a Ident> {
    let mut found = Vec::new();
    for token in tokens {
        let (text, is_word) = match token {
            TokenTree::Ident(ident) => (unraw(&ident), true),
            TokenTree::Literal(text) => (text.to_string(), false),
            TokenTree::Group(group) => {
                found.extend(named_in(group.stream(), fields));
                continue;
            }
            TokenTree::Punct(_) => continue,
        };
        let is_named = |field: &&&Ident| {
            let name = unraw(field);
            text == name || (!is_word && text.contains(&name))
        };
        found.extend(fields.iter().filter(is_named).copied());
    }
    found
}
