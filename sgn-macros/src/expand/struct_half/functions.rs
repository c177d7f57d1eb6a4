//! The functions that the element and its builder have.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use super::builder::Builder;
use crate::expand::pads::span_of;
use crate::item::struct_half::Initial;
use crate::paths::at;

impl Builder<'_> {
    /// The functions of the element that make a builder in which no property is set, and the element itself.
    pub(super) fn made(&self) -> TokenStream {
        let name = &self.item.ident;
        let (parameters, arguments, where_clause) = self.own.split_for_impl();
        let start = self.start();
        let make = (!self.broken).then(|| self.make_function());
        quote! {
            impl #parameters #name #arguments #where_clause {
                #start
                #make
            }
        }
    }

    fn start(&self) -> TokenStream {
        let Self { ident, private, .. } = self;
        let output = self.unset();
        let fields = self.properties().map(|(field, property)| {
            let (ident, ty) = (&field.ident, &field.ty);
            let value = match &property.initial {
                Initial::Required => quote!(#private::Unset),
                Initial::Default => {
                    let default = at(span_of(ty), quote!(#private::PropertyDefault));
                    quote_spanned!(span_of(ty)=> <#ty as #default>::initial())
                }
                Initial::Value(value) => quote!(#value),
            };
            quote!(#ident: #value)
        });
        let body = if self.broken {
            quote!(let _ = __sgn_settings; ::core::unreachable!())
        } else {
            let marker = self.marker(false);
            quote! {
                #ident {
                    __sgn_settings,
                    #(#fields,)*
                    #marker
                }
            }
        };
        quote! {
            fn __sgn_builder(__sgn_settings: #private::Settings) -> #output {
                #body
            }
        }
    }

    /// `builder` and the setters, whose arguments have names for a reader of the documentation.
    ///
    /// What the import is for, `shadows` says. Nothing of the user's that could mean the functions is in this block.
    pub(super) fn functions(&self) -> TokenStream {
        let Self { item, private, .. } = self;
        let (vis, name) = (&item.vis, &item.ident);
        let (parameters, arguments, where_clause) = self.own.split_for_impl();
        let output = self.unset();
        let setters = self.setters();
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
                        Self::__sgn_builder(#private::Settings::new(name))
                    }
                }

                #setters
            };
        }
    }
}
