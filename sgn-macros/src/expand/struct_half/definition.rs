//! The builder's type.

use proc_macro2::TokenStream;
use quote::quote;

use super::builder::{Builder, Required};
use crate::expand::quiet_item;
use crate::item::attributes::copies;

impl Builder<'_> {
    /// The builder's struct, which stands outside of the block: `private` is the whole path.
    pub(super) fn definition(&self, private: &TokenStream) -> TokenStream {
        let Self { item, ident, .. } = self;
        let (vis, name) = (&item.vis, &item.ident);
        let cfgs = copies(&item.attrs, "cfg");
        let generics = self.generics(Some(&quote!(#private::Unset)));
        let where_clause = &generics.where_clause;
        let fields = self.properties().map(|(field, _)| {
            let (ident, ty) = (&field.ident, &field.ty);
            match self.required(field) {
                Some(Required { parameter, .. }) => quote!(#ident: #parameter),
                None => quote!(#ident: #ty),
            }
        });
        let doc = format!(" Builds [`{name}`] elements; made by [`{name}::builder`].");
        let (quiet, marker) = (quiet_item(), self.marker(true));
        quote! {
            #(#cfgs)*
            #[doc = #doc]
            #quiet
            #[must_use = "a builder does nothing until it is added to a pipeline"]
            #vis struct #ident #generics #where_clause {
                __sgn_settings: #private::Settings,
                #(#fields,)*
                #marker
            }
        }
    }

    pub(super) fn debug(&self) -> TokenStream {
        let generics = self.generics(None);
        let (parameters, arguments, where_clause) = generics.split_for_impl();
        let (builder, private) = (&self.ident, &self.private);
        let name = builder.to_string();
        quote! {
            impl #parameters #private::Debug for #builder #arguments #where_clause {
                #[inline]
                fn fmt(&self, __sgn_formatter: &mut #private::Formatter<'_>) -> #private::FormatResult {
                    #private::debug_builder(__sgn_formatter, #name, &self.__sgn_settings)
                }
            }
        }
    }
}
