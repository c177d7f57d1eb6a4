//! From a builder to the element, and what else the struct half promises.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Ident, parse_quote};

use super::{Builder, Required};
use crate::expand::pads::span_of;
use crate::expand::quiet;
use crate::item::impl_half::unraw;
use crate::item::struct_half::{Field, FieldKind};
use crate::text::text_of;

impl Builder<'_> {
    /// The halves' promises, what all builders share, and how the element is made.
    ///
    /// The impl half of a generic element is asked for where the element is used: it may ask more of the parameters
    /// than the struct does.
    pub(super) fn traits(&self) -> TokenStream {
        let Self { item, private, .. } = self;
        let name = &item.ident;
        let (builder, quiet) = (&self.ident, quiet());
        let (own_parameters, own_arguments, own_where) = item.generics.split_for_impl();
        let generics = self.generics(None);
        let (parameters, arguments, where_clause) = generics.split_for_impl();
        let markers = self.required.iter().map(|required| {
            let property = &required.field.ident;
            quote!(pub enum #property {})
        });
        let mut progressing = generics.clone();
        for Required { field, parameter } in &self.required {
            let ty = &field.ty;
            let bound = parse_quote!(#parameter: #private::PropertyState<#ty>);
            progressing.make_where_clause().predicates.push(bound);
        }
        let (_, _, progressing_where) = progressing.split_for_impl();
        let progress = self.progress();
        let body = if self.broken {
            quote!(::core::unreachable!())
        } else {
            self.make_element()
        };
        let role = Ident::new(self.role, Span::call_site());
        let construction = (!self.broken).then(|| self.construction());
        let impl_half = (!self.broken && item.generics.params.is_empty())
            .then(|| quote!(const _: () = <#name as #private::HasImplHalf>::MET;));
        quote! {
            /// Named like the required properties, for the sentence that tells of one that is not set.
            #quiet
            mod required_property {
                #(#markers)*
            }

            #quiet
            impl #own_parameters #private::StructHalf<#private::role::#role> for #name #own_arguments #own_where {
                #construction
            }

            #quiet
            impl #parameters #private::ElementBuilder for #builder #arguments #where_clause {
                type Element = #name #own_arguments;

                fn settings(&mut self) -> &mut #private::Settings {
                    &mut self.__sgn_settings
                }
            }

            #quiet
            impl #parameters #private::Build for #builder #arguments #progressing_where {
                type Element = #name #own_arguments;
                type Progress = #progress;

                fn finish(self) -> #private::Result<(#private::Settings, #name #own_arguments)> {
                    #body
                }
            }

            #impl_half
        }
    }

    /// Which required properties are set: the first that is not, or that there is none.
    fn progress(&self) -> TokenStream {
        let private = &self.private;
        let complete = quote!(#private::Complete);
        self.required.iter().rev().fold(complete, |rest, required| {
            let (parameter, Field { ident, ty, .. }) = (&required.parameter, required.field);
            quote! {
                <#parameter as #private::PropertyState<#ty>>::Then<required_property::#ident, #rest>
            }
        })
    }

    /// Makes the element from texts: each property is read if it is given.
    ///
    /// The defaults are those of the builder: written twice, a wrong one would be told twice.
    fn construction(&self) -> TokenStream {
        let (private, builder) = (&self.private, &self.ident);
        let (_, arguments, _) = self.item.generics.split_for_impl();
        let name = &self.item.ident;
        let fields = self.properties().map(|(field, _)| {
            let (cfgs, ident, ty) = (&field.cfgs, &field.ident, &field.ty);
            let (text, type_name) = (unraw(ident), text_of(ty));
            let read = quote!(#private::registry::read_function!(#ty));
            let value = if self.required(field).is_some() {
                quote!(#private::Set(__sgn_properties.required::<#ty>(#text, #type_name, #read)?))
            } else {
                quote! {
                    match __sgn_properties.value::<#ty>(#text, #type_name, #read)? {
                        ::core::option::Option::Some(value) => value,
                        ::core::option::Option::None => __sgn_defaults.#ident,
                    }
                }
            };
            quote!(#(#cfgs)* #ident: #value)
        });
        quote! {
            fn from_properties(
                __sgn_settings: #private::Settings,
                __sgn_properties: &mut #private::registry::Properties,
            ) -> #private::Result<(#private::Settings, #name #arguments)> {
                let __sgn_defaults = Self::build(::std::string::String::new());
                #private::Build::finish(#builder {
                    #(#fields,)*
                    __sgn_settings,
                    __sgn_element: ::core::marker::PhantomData,
                })
            }
        }
    }

    /// Moves the properties out of the builder, checks their ranges and makes the state.
    ///
    /// The properties are bound to their names, so that the initial value of a state may use them.
    fn make_element(&self) -> TokenStream {
        let Self { item, private, .. } = self;
        let name = &item.ident;
        let properties = self.properties().map(|(field, property)| {
            let (cfgs, ident, ty) = (&field.cfgs, &field.ident, &field.ty);
            let value = match self.required(field) {
                Some(_) => quote!(<_ as #private::PropertyState<#ty>>::value(self.#ident)),
                None => quote!(self.#ident),
            };
            let check = property.range.as_ref().map(|range| {
                let text = unraw(ident);
                quote!(#(#cfgs)* #private::check_range(&__sgn_settings, #text, &#ident, #range)?;)
            });
            quote! {
                #(#cfgs)*
                let #ident: #ty = #value;
                #check
            }
        });
        let states = self.fields.iter().filter_map(|field| {
            let FieldKind::State(value) = &field.kind else {
                return None;
            };
            let (cfgs, ident, ty) = (&field.cfgs, &field.ident, &field.ty);
            let value = match value {
                Some(value) => quote!(#value),
                None => quote_spanned!(span_of(ty)=> <#ty as ::core::default::Default>::default()),
            };
            Some(quote!(#(#cfgs)* let #ident: #ty = #value;))
        });
        let fields = self.fields.iter().map(|field| {
            let (cfgs, ident) = (&field.cfgs, &field.ident);
            quote!(#(#cfgs)* #ident)
        });
        quote! {
            let mut __sgn_settings = self.__sgn_settings;
            let __sgn_scope = __sgn_settings.scope();
            #(#properties)*
            #(#states)*
            ::core::result::Result::Ok((__sgn_settings, #name { #(#fields),* }))
        }
    }
}
