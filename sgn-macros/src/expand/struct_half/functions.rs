//! The functions that the element and its builder have.

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote, quote_spanned};
use syn::Index;

use super::builder::Builder;
use crate::expand::pads::span_of;
use crate::item::struct_half::Initial;
use crate::paths::at;

impl Builder<'_> {
    /// The functions of the element that make the defaults of its properties, and the element itself; nothing if there
    /// is neither.
    pub(super) fn made(&self) -> TokenStream {
        if self.broken {
            return TokenStream::new();
        }
        let name = &self.item.ident;
        let (parameters, arguments, where_clause) = self.own.split_for_impl();
        let (defaults, make) = (self.defaults_function(), self.make_function());
        quote! {
            impl #parameters #name #arguments #where_clause {
                #defaults
                #make
            }
        }
    }

    /// The function that makes the defaults of the properties that have one, in a tuple.
    ///
    /// One place for the builder and for texts: written twice, a wrong default would be told twice.
    fn defaults_function(&self) -> Option<TokenStream> {
        let private = &self.private;
        let (types, values): (Vec<_>, Vec<_>) = self
            .properties()
            .filter_map(|(field, property)| {
                let ty = &field.ty;
                let value = match &property.initial {
                    Initial::Required => return None,
                    Initial::Default => {
                        let default = at(span_of(ty), quote!(#private::PropertyDefault));
                        quote_spanned!(span_of(ty)=> <#ty as #default>::initial())
                    }
                    Initial::Value(value) => quote!(#value),
                };
                Some((ty, value))
            })
            .unzip();
        (!types.is_empty()).then(|| {
            quote! {
                fn __sgn_defaults() -> (#(#types,)*) {
                    (#(#values,)*)
                }
            }
        })
    }

    /// The body of `builder`.
    fn start(&self) -> TokenStream {
        if self.broken {
            return quote!(let _ = name; ::core::unreachable!());
        }
        let Self { ident, private, .. } = self;
        let mut defaults = Self::default_values();
        let fields = self.properties().map(|(field, _)| {
            let ident = &field.ident;
            let value = match self.required(field) {
                Some(_) => quote!(#private::Unset),
                None => defaults.next().to_token_stream(),
            };
            quote!(#ident: #value)
        });
        let fields: Vec<TokenStream> = fields.collect();
        let marker = self.marker(false);
        let settings = quote!(#private::Settings::new(name));
        if fields.len() == self.required.len() {
            return quote!(#ident { __sgn_settings: #settings, #(#fields,)* #marker });
        }
        quote! {
            let (__sgn_settings, __sgn_defaults) = (#settings, Self::__sgn_defaults());
            #ident { __sgn_settings, #(#fields,)* #marker }
        }
    }

    /// The defaults, out of the variable `__sgn_defaults`, in the order of the properties that have one.
    pub(super) fn default_values() -> impl Iterator<Item = TokenStream> {
        (0..).map(|place| {
            let place = Index::from(place);
            quote!(__sgn_defaults.#place)
        })
    }

    /// `builder` and the setters, whose arguments have names for a reader of the documentation.
    ///
    /// `shadows` says why there is an import. Nothing of the user's that could mean the functions is in this block.
    pub(super) fn functions(&self) -> TokenStream {
        let Self { item, private, .. } = self;
        let (vis, name) = (&item.vis, &item.ident);
        let (parameters, arguments, where_clause) = self.own.split_for_impl();
        let output = self.unset();
        let setters = self.setters();
        let start = self.start();
        let doc =
            format!(" Returns a builder of an element of type `{name}` that is called `name`.");
        let value = (!setters.is_empty()).then(|| quote!(, value));
        quote! {
            const _: () = {
                use #private::shadows::{name #value};

                impl #parameters #name #arguments #where_clause {
                    #[doc = #doc]
                    // so that the compiler proposes it to whoever writes `new`
                    #[doc(alias = "new")]
                    #vis fn builder(name: impl ::core::convert::Into<::std::string::String>) -> #output {
                        #start
                    }
                }

                #setters
            };
        }
    }
}
