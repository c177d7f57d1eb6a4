//! The struct half: the struct itself, its builder, and the promise that both halves have one role.
//!
//! A required property is a type parameter of the builder: `Unset` until the setter turns it into `Set<T>`, which holds
//! the value. Only a builder whose parameters are all `Set` makes an element, so nothing is checked at run time.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens as _, format_ident, quote, quote_spanned};
use syn::{GenericParam, Generics, Ident, ItemStruct, parse_quote};

use super::pads::span_of;
use super::{quiet, register};
use crate::args::Options;
use crate::item::attributes::copies;
use crate::item::impl_half::unraw;
use crate::item::struct_half::{Field, FieldKind, Initial, Property, StructHalf};
use crate::text::text_of;

/// Everything that the struct half makes.
///
/// With `broken` the item has mistakes that are reported beside it: then the builder has its shape, and nothing more is
/// asked of the user's types.
pub(crate) fn struct_half(half: &StructHalf, options: &Options, broken: bool) -> TokenStream {
    let item = &half.item;
    let builder = Builder::new(half, options, broken);
    let definition = builder.definition();
    let build = builder.build();
    let setters = builder.setters();
    let debug = builder.debug();
    let traits = builder.traits();
    let cfgs = copies(&item.attrs, "cfg");
    let entry = (!broken).then(|| register::struct_entry(half, options));
    quote! {
        #item
        #definition
        #(#cfgs)*
        const _: () = {
            #build
            #setters
            #debug
            #traits
            #entry
        };
    }
}

/// The builder of one struct.
struct Builder<'a> {
    item: &'a ItemStruct,
    fields: &'a [Field],
    role: &'static str,
    broken: bool,
    private: TokenStream,
    ident: Ident,
    required: Vec<Required<'a>>,
}

/// A property without a default.
struct Required<'a> {
    field: &'a Field,
    /// The type parameter that is `Unset` or `Set<T>`.
    parameter: Ident,
}

impl<'a> Builder<'a> {
    fn new(half: &'a StructHalf, options: &Options, broken: bool) -> Self {
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
            .map(|field| {
                let camel = camel_case(&unraw(&field.ident));
                Required {
                    field,
                    parameter: format_ident!("__Sgn{camel}"),
                }
            })
            .collect();
        let name = &half.item.ident;
        Self {
            item: &half.item,
            fields: &half.fields,
            role: options.role.variant(),
            broken,
            private: options.paths.private(),
            ident: Ident::new(&format!("{}Builder", camel_case(&unraw(name))), name.span()),
            required,
        }
    }

    fn properties(&self) -> impl Iterator<Item = (&'a Field, &'a Property)> {
        self.fields.iter().filter_map(|field| match &field.kind {
            FieldKind::Property(property) => Some((field, property)),
            FieldKind::State(_) => None,
        })
    }

    fn required(&self, field: &Field) -> Option<&Required<'a>> {
        self.required
            .iter()
            .find(|required| required.field.ident == field.ident)
    }

    /// The struct's parameters and one for each required property.
    fn generics(&self, default: Option<&TokenStream>) -> Generics {
        let mut generics = self.item.generics.clone();
        for required in &self.required {
            let parameter = &required.parameter;
            generics.params.push(match default {
                Some(default) => parse_quote!(#parameter = #default),
                None => parse_quote!(#parameter),
            });
        }
        generics
    }

    /// The builder's type with `arguments` for the required properties.
    fn with_arguments(&self, arguments: &[TokenStream]) -> TokenStream {
        let ident = &self.ident;
        let own = self
            .item
            .generics
            .params
            .iter()
            .map(|parameter| match parameter {
                GenericParam::Type(parameter) => parameter.ident.to_token_stream(),
                GenericParam::Const(parameter) => parameter.ident.to_token_stream(),
                GenericParam::Lifetime(parameter) => parameter.lifetime.to_token_stream(),
            });
        let all = own.chain(arguments.iter().cloned());
        quote!(#ident<#(#all),*>)
    }

    fn definition(&self) -> TokenStream {
        let Self {
            item,
            ident,
            private,
            ..
        } = self;
        let (vis, name) = (&item.vis, &item.ident);
        let cfgs = copies(&item.attrs, "cfg");
        let generics = self.generics(Some(&quote!(#private::Unset)));
        let where_clause = &generics.where_clause;
        let (_, arguments, _) = item.generics.split_for_impl();
        let fields = self.properties().map(|(field, _)| {
            let (cfgs, ident, ty) = (&field.cfgs, &field.ident, &field.ty);
            match self.required(field) {
                Some(Required { parameter, .. }) => quote!(#(#cfgs)* #ident: #parameter),
                None => quote!(#(#cfgs)* #ident: #ty),
            }
        });
        let doc = format!("Builds [`{name}`] elements; made by [`{name}::build`].");
        let quiet = quiet();
        quote! {
            #(#cfgs)*
            #[doc = #doc]
            #quiet
            #[must_use = "a builder does nothing until it is added to a pipeline"]
            #vis struct #ident #generics #where_clause {
                __sgn_settings: #private::Settings,
                #(#fields,)*
                __sgn_element: ::core::marker::PhantomData<fn() -> #name #arguments>,
            }
        }
    }

    fn build(&self) -> TokenStream {
        let Self {
            item,
            ident,
            private,
            ..
        } = self;
        let (vis, name) = (&item.vis, &item.ident);
        let (parameters, arguments, where_clause) = item.generics.split_for_impl();
        let unset: Vec<TokenStream> = self
            .required
            .iter()
            .map(|_| quote!(#private::Unset))
            .collect();
        let output = self.with_arguments(&unset);
        let fields = self.properties().map(|(field, property)| {
            let (cfgs, ident, ty) = (&field.cfgs, &field.ident, &field.ty);
            let value = match &property.initial {
                Initial::Required => quote!(#private::Unset),
                Initial::Default => {
                    quote_spanned!(span_of(ty)=> <#ty as ::core::default::Default>::default())
                }
                Initial::Value(value) => quote!(#value),
            };
            quote!(#(#cfgs)* #ident: #value)
        });
        let body = if self.broken {
            quote!(let _ = name; ::core::unreachable!())
        } else {
            quote! {
                #ident {
                    __sgn_settings: #private::Settings::new(name),
                    #(#fields,)*
                    __sgn_element: ::core::marker::PhantomData,
                }
            }
        };
        let doc = format!("Starts to build an element of type `{name}` that is called `name`.");
        let quiet = quiet();
        quote! {
            #quiet
            impl #parameters #name #arguments #where_clause {
                #[doc = #doc]
                #vis fn build(name: impl ::core::convert::Into<::std::string::String>) -> #output {
                    #body
                }
            }
        }
    }

    fn setters(&self) -> TokenStream {
        self.properties()
            .map(|(field, property)| match self.required(field) {
                Some(required) => self.required_setter(required, property),
                None => self.optional_setter(field, property),
            })
            .collect()
    }

    /// A setter that replaces the default.
    fn optional_setter(&self, field: &Field, property: &Property) -> TokenStream {
        let generics = self.generics(None);
        let (parameters, arguments, where_clause) = generics.split_for_impl();
        let Field { ident, cfgs, .. } = field;
        let Setter {
            vis,
            docs,
            argument,
            value,
        } = self.setter(field, property);
        let (builder, quiet) = (&self.ident, quiet());
        quote! {
            #(#cfgs)*
            #quiet
            impl #parameters #builder #arguments #where_clause {
                #(#[doc = #docs])*
                #vis fn #ident(mut self, value: #argument) -> Self {
                    self.#ident = #value;
                    self
                }
            }
        }
    }

    /// A setter that turns `Unset` into `Set<T>`; calling it again replaces the value.
    fn required_setter(&self, required: &Required<'_>, property: &Property) -> TokenStream {
        let generics = self.generics(None);
        let (parameters, arguments, where_clause) = generics.split_for_impl();
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
                let (cfgs, ident) = (&field.cfgs, &field.ident);
                quote!(#(#cfgs)* #ident: self.#ident)
            });
        let (builder, quiet) = (&self.ident, quiet());
        quote! {
            #quiet
            impl #parameters #builder #arguments #where_clause {
                #(#[doc = #docs])*
                #vis fn #ident(self, value: #argument) -> #output {
                    #builder {
                        #ident: #private::Set(#value),
                        #(#others,)*
                        __sgn_settings: self.__sgn_settings,
                        __sgn_element: ::core::marker::PhantomData,
                    }
                }
            }
        }
    }

    fn setter(&self, field: &Field, property: &Property) -> Setter<'a> {
        let ty = &field.ty;
        let (argument, value) = if property.into {
            (
                quote!(impl ::core::convert::Into<#ty>),
                quote!(::core::convert::Into::into(value)),
            )
        } else {
            (quote!(#ty), quote!(value))
        };
        Setter {
            vis: &self.item.vis,
            docs: setter_docs(field, property),
            argument,
            value,
        }
    }

    fn debug(&self) -> TokenStream {
        let generics = self.generics(None);
        let (parameters, arguments, where_clause) = generics.split_for_impl();
        let (builder, quiet) = (&self.ident, quiet());
        let name = builder.to_string();
        quote! {
            #quiet
            impl #parameters ::core::fmt::Debug for #builder #arguments #where_clause {
                fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                    f.debug_struct(#name)
                        .field("name", &self.__sgn_settings.name())
                        .finish_non_exhaustive()
                }
            }
        }
    }

    fn traits(&self) -> TokenStream {
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
        let mut complete = generics.clone();
        for Required { field, parameter } in &self.required {
            let Field { ident, ty, .. } = field;
            complete.make_where_clause().predicates.push(parse_quote! {
                #parameter: #private::IsSet<#ty, required_property::#ident, #name #own_arguments>
            });
        }
        let (_, _, complete_where) = complete.split_for_impl();
        let body = if self.broken {
            quote!(::core::unreachable!())
        } else {
            self.make_element()
        };
        let role = Ident::new(self.role, Span::call_site());
        let from_properties = (!self.broken).then(|| self.make_from_texts());
        let element = quote_spanned!(name.span()=> #name);
        quote! {
            /// Named like the required properties, for the sentence that tells of one that is not set.
            #quiet
            mod required_property {
                #(#markers)*
            }

            #quiet
            impl #own_parameters #private::StructHalf<#private::role::#role> for #name #own_arguments #own_where {
                #from_properties
            }

            #quiet
            impl #parameters #private::ElementBuilder for #builder #arguments #where_clause {
                type Element = #element #own_arguments;

                fn settings(&mut self) -> &mut #private::Settings {
                    &mut self.__sgn_settings
                }
            }

            #quiet
            impl #parameters #private::IntoElement for #builder #arguments #complete_where {
                type Element = #element #own_arguments;

                fn into_element(self) -> #private::Result<(#private::Settings, #element #own_arguments)> {
                    #body
                }
            }
        }
    }

    /// Makes the element from texts: each property is read if it is given.
    fn make_from_texts(&self) -> TokenStream {
        let (private, builder) = (&self.private, &self.ident);
        let (_, arguments, _) = self.item.generics.split_for_impl();
        let name = &self.item.ident;
        let fields = self.properties().map(|(field, property)| {
            let (cfgs, ident, ty) = (&field.cfgs, &field.ident, &field.ty);
            let (text, type_name) = (unraw(ident), text_of(ty));
            let read = quote!(#private::registry::read_function!(#ty));
            let given = quote!(__sgn_properties.value::<#ty>(#text, #type_name, #read)?);
            let value = match &property.initial {
                Initial::Required => quote! {
                    #private::Set(__sgn_properties.required::<#ty>(#text, #type_name, #read)?)
                },
                Initial::Default => quote!(::core::option::Option::unwrap_or_default(#given)),
                Initial::Value(value) => quote! {
                    match #given {
                        ::core::option::Option::Some(value) => value,
                        ::core::option::Option::None => #value,
                    }
                },
            };
            quote!(#(#cfgs)* #ident: #value)
        });
        quote! {
            fn from_properties(
                __sgn_settings: #private::Settings,
                __sgn_properties: &mut #private::registry::Properties,
            ) -> #private::Result<(#private::Settings, #name #arguments)> {
                #private::IntoElement::into_element(#builder {
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
                Some(_) => quote!(#private::IsSet::value(self.#ident)),
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

/// The parts of a setter.
struct Setter<'a> {
    vis: &'a syn::Visibility,
    docs: Vec<String>,
    argument: TokenStream,
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
