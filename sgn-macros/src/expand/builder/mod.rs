//! The struct half: the struct itself, its builder, and the promise that both halves have one role.
//!
//! The builder is called like the struct with `Builder` after it, and letters stay as they are: a struct `Gain` and a
//! function `gain` live in one module.
//!
//! A required property is a type parameter of the builder: `Unset` until the setter turns it into `Set<T>`, which holds
//! the value. Only a builder whose parameters are all `Set` makes an element, so nothing is checked at run time.

mod element;
mod setters;

use proc_macro2::TokenStream;
use quote::{ToTokens as _, format_ident, quote, quote_spanned};
use syn::{Attribute, GenericParam, Generics, Ident, ItemStruct, parse_quote};

use super::pads::span_of;
use super::{block, quiet, register};
use crate::args::Options;
use crate::item::attributes::copies;
use crate::item::struct_half::{Field, FieldKind, Initial, Property, StructHalf};
use crate::paths::{at, short};
use crate::text::unraw;

/// Everything that the struct half makes.
///
/// With `broken` the item has mistakes that are reported beside it: then the builder has its shape, and nothing more is
/// asked of the user's types.
pub(crate) fn struct_half(half: &StructHalf, options: &Options, broken: bool) -> TokenStream {
    StructParts::new(half, options, broken).with(options, &TokenStream::new())
}

/// The code of the struct half, in parts: a function puts the rest of its element beside the items of the block.
pub(crate) struct StructParts {
    /// The struct and its builder, which others may name.
    outside: TokenStream,
    /// The conditions of the struct.
    cfgs: Vec<Attribute>,
    /// All other items, which no code of the user names.
    inside: TokenStream,
}

impl StructParts {
    pub(crate) fn new(half: &StructHalf, options: &Options, broken: bool) -> Self {
        let item = &half.item;
        let builder = Builder::new(half, options, broken);
        let definition = builder.definition(&options.paths.private());
        let made = builder.made();
        let functions = builder.functions();
        let debug = builder.debug();
        let traits = builder.traits();
        let entry = (!broken).then(|| register::struct_entry(half, options));
        Self {
            outside: quote!(#item #definition),
            cfgs: copies(&item.attrs, "cfg"),
            inside: quote!(#made #functions #debug #traits #entry),
        }
    }

    /// All of it, and `others` in the block.
    pub(crate) fn with(self, options: &Options, others: &TokenStream) -> TokenStream {
        let Self {
            outside,
            cfgs,
            inside,
        } = self;
        let block = block(options, &quote!(#inside #others));
        quote! {
            #outside
            #(#cfgs)*
            #block
        }
    }
}

/// The builder of one struct.
struct Builder<'a> {
    item: &'a ItemStruct,
    own: &'a Generics,
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
            .enumerate()
            .map(|(place, field)| Required {
                field,
                // the place, as `x_1` and `x1` are one word in camel case
                parameter: format_ident!("__Sgn{place}{}", camel_case(&unraw(&field.ident))),
            })
            .collect();
        let name = &half.item.ident;
        Self {
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
        let mut generics = self.own.clone();
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

    /// The builder's struct, which stands outside of the block: `private` is the whole path.
    fn definition(&self, private: &TokenStream) -> TokenStream {
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
        let doc = format!(" Builds [`{name}`] elements; made by [`{name}::build`].");
        let (quiet, marker) = (quiet(), self.marker(true));
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

    /// The field that uses the struct's parameters, if it has any.
    fn marker(&self, ty: bool) -> Option<TokenStream> {
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

    /// The functions of the element that make a builder in which no property is set, and the element itself.
    fn made(&self) -> TokenStream {
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

    /// `build` and the setters, whose arguments have names for a reader of the documentation.
    ///
    /// A static, a constant or a unit struct of such a name in the user's module would be taken for the pattern. A
    /// function is not, and here it stands before them. Nothing of the user's that could mean them is in this block.
    fn functions(&self) -> TokenStream {
        let Self { item, private, .. } = self;
        let (vis, name) = (&item.vis, &item.ident);
        let (parameters, arguments, where_clause) = self.own.split_for_impl();
        let output = self.unset();
        let setters = self.setters();
        let doc = format!(" Starts to build an element of type `{name}` that is called `name`.");
        let value = (!setters.is_empty()).then(|| {
            quote!(
                fn value() {}
            )
        });
        quote! {
            const _: () = {
                fn name() {}
                #value

                impl #parameters #name #arguments #where_clause {
                    #[doc = #doc]
                    // so that the compiler proposes it to whoever writes `new`
                    #[doc(alias = "new")]
                    #vis fn build(name: impl ::core::convert::Into<::std::string::String>) -> #output {
                        Self::__sgn_builder(#private::Settings::new(name))
                    }
                }

                #setters
            };
        }
    }

    /// The builder's type while no property is set.
    fn unset(&self) -> TokenStream {
        let private = &self.private;
        let unset: Vec<TokenStream> = self
            .required
            .iter()
            .map(|_| quote!(#private::Unset))
            .collect();
        self.with_arguments(&unset)
    }

    fn debug(&self) -> TokenStream {
        let generics = self.generics(None);
        let (parameters, arguments, where_clause) = generics.split_for_impl();
        let (builder, private) = (&self.ident, &self.private);
        let name = builder.to_string();
        quote! {
            impl #parameters #private::Debug for #builder #arguments #where_clause {
                fn fmt(&self, __sgn_formatter: &mut #private::Formatter<'_>) -> #private::FormatResult {
                    #private::debug(__sgn_formatter, #name, "name", &#private::Settings::name(&self.__sgn_settings))
                }
            }
        }
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
