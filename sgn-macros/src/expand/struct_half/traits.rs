//! The traits of the library that a struct half and its builder implement.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote};
use syn::{Ident, parse_quote};

use super::builder::{Builder, Required};
use crate::expand::register::read_by;
use crate::item::struct_half::Field;
use crate::text::{text_of, unraw};

impl Builder<'_> {
    /// The halves' promises, what all builders share, and how the element is made.
    pub(super) fn traits(&self, entry: Option<&TokenStream>) -> TokenStream {
        let Self { item, private, .. } = self;
        let name = &item.ident;
        let builder = &self.ident;
        let (own_parameters, own_arguments, own_where) = self.own.split_for_impl();
        let generics = self.generics(None);
        let (parameters, arguments, where_clause) = generics.split_for_impl();
        let markers = self.required.iter().map(|required| {
            let marker = self.property(required.field);
            quote!(pub enum #marker {})
        });
        let mut progressing = generics.clone();
        for Required { field, parameter } in &self.required {
            let ty = &field.ty;
            let bound = parse_quote!(#parameter: #private::PropertyState<#ty>);
            progressing.make_where_clause().predicates.push(bound);
        }
        let (_, _, progressing_where) = progressing.split_for_impl();
        let progress = self.progress();
        let (this, body) = if self.broken {
            (quote!(self), quote!(::core::unreachable!()))
        } else {
            (quote!(mut self), self.finish())
        };
        let role = Ident::new(self.role, Span::call_site());
        let construction = (!self.broken).then(|| self.construction());
        let fields = (!self.broken).then(|| self.fields());
        let fields = fields.flatten();
        let reads = !self.broken && self.properties().next().is_some();
        let reads = reads.then(|| quote!(use #private::read_traits::*;));
        quote! {
            #reads
            #(#markers)*

            impl #own_parameters #private::StructHalf<#private::role::#role> for #name #own_arguments #own_where {
                #entry

                #construction
                #fields
            }

            impl #parameters #private::ElementBuilder for #builder #arguments #where_clause {
                type Element = #name #own_arguments;

                #[inline]
                fn settings(&mut self) -> &mut #private::Settings {
                    &mut self.__sgn_settings
                }
            }

            impl #parameters #private::Build for #builder #arguments #progressing_where {
                type Progress = #progress;

                #[inline]
                fn finish(#this) -> #private::Built<#name #own_arguments> {
                    #body
                }
            }
        }
    }

    /// Which required properties are set: the first that is not, or that there is none.
    fn progress(&self) -> TokenStream {
        let private = &self.private;
        let complete = quote!(#private::Complete);
        self.required.iter().rev().fold(complete, |rest, required| {
            let (parameter, ty) = (&required.parameter, &required.field.ty);
            let marker = self.property(required.field);
            quote! {
                <#parameter as #private::PropertyState<#ty>>::Then<#marker, #rest>
            }
        })
    }

    /// The name of the type that stands for a required property in the sentence that tells of one that is not set.
    ///
    /// The element is in it because the compiler writes the whole path of a name that is not the only one of its kind,
    /// and there are many that are called `path`.
    fn property(&self, property: &Field) -> Ident {
        let (property, element) = (unraw(&property.ident), unraw(&self.item.ident));
        format_ident!("{property}_of_{element}")
    }

    /// Makes the element from texts: each property is read if it is given.
    ///
    fn construction(&self) -> TokenStream {
        let private = &self.private;
        let mut defaults = self.default_values();
        let values = self.properties().map(|(field, _)| {
            let (ident, ty) = (&field.ident, &field.ty);
            let (text, type_name) = (unraw(ident), text_of(ty));
            let read = read_by("reader", ty, private);
            let value = if self.required(field).is_some() {
                quote!(required(#text, #type_name, #read))
            } else {
                let default = defaults.next();
                quote!(optional(#text, #type_name, #read, #default))
            };
            // Not `?`, which the compiler takes longer over, and compiles for each element.
            quote! {
                match __sgn_properties.#value {
                    #private::Ok(__sgn_value) => __sgn_value,
                    #private::Err(__sgn_error) => return #private::Err(__sgn_error),
                }
            }
        });
        let values: Vec<TokenStream> = values.collect();
        let has_defaults = self.has_defaults();
        let defaults = has_defaults.then(|| quote!(let __sgn_defaults = Self::__sgn_defaults();));
        quote! {
            fn from_properties(
                __sgn_settings: &mut #private::Settings,
                __sgn_properties: &mut #private::Properties,
            ) -> #private::Made<Self> {
                #defaults
                Self::__sgn_make(__sgn_settings, #(#values),*)
            }
        }
    }

    /// Moves the properties out of the builder.
    fn finish(&self) -> TokenStream {
        let (name, private) = (&self.item.ident, &self.private);
        let (_, arguments, _) = self.own.split_for_impl();
        let properties = self.properties().map(|(field, _)| {
            let (ident, ty) = (&field.ident, &field.ty);
            match self.required(field) {
                Some(_) => quote!(<_ as #private::PropertyState<#ty>>::value(self.#ident)),
                None => quote!(self.#ident),
            }
        });
        quote! {
            let (__sgn_element,) = <#name #arguments>::__sgn_make(&mut self.__sgn_settings, #(#properties),*)?;
            #private::Ok((self.__sgn_settings, __sgn_element))
        }
    }
}
