//! The functions that the element and its builder have.

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote, quote_spanned};
use syn::{Expr, ExprLit, Index, Lit, Type};

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
    /// One place for the builder and for texts: written twice, a wrong default would be told twice. A number that is right
    /// is written twice.
    fn defaults_function(&self) -> Option<TokenStream> {
        let private = &self.private;
        let (types, values): (Vec<_>, Vec<_>) = self
            .properties()
            .filter_map(|(field, property)| {
                let ty = &field.ty;
                let value = match &property.initial {
                    Initial::Required => return None,
                    Initial::Value(value) if is_right(ty, value) => return None,
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
        let mut defaults = self.default_values();
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
        if !self.has_defaults() {
            return quote!(#ident { __sgn_settings: #settings, #(#fields,)* #marker });
        }
        quote! {
            let (__sgn_settings, __sgn_defaults) = (#settings, Self::__sgn_defaults());
            #ident { __sgn_settings, #(#fields,)* #marker }
        }
    }

    /// The defaults, in the order of the properties that have one: numbers as they are, and others out of the variable
    /// `__sgn_defaults`.
    pub(super) fn default_values(&self) -> impl Iterator<Item = TokenStream> {
        let mut places = (0..).map(Index::from);
        self.properties()
            .filter_map(move |(field, property)| match &property.initial {
                Initial::Required => None,
                Initial::Value(value) if is_right(&field.ty, value) => {
                    Some(value.to_token_stream())
                }
                Initial::Value(_) | Initial::Default => {
                    let place = places.next();
                    Some(quote!(__sgn_defaults.#place))
                }
            })
    }

    /// Returns true if there is the function `__sgn_defaults`.
    pub(super) fn has_defaults(&self) -> bool {
        self.properties()
            .any(|(field, property)| match &property.initial {
                Initial::Required => false,
                Initial::Default => true,
                Initial::Value(value) => !is_right(&field.ty, value),
            })
    }

    /// `builder` and the setters, whose arguments have names for a reader of the documentation.
    ///
    /// `shadows` says why there is an import. Nothing of the user's that could mean the functions is in this block.
    /// `asks` is a further expression in the block.
    pub(super) fn functions(&self, asks: Option<TokenStream>) -> TokenStream {
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

                #asks
            };
        }
    }
}

/// Returns true if the expression is a number or a `bool` of that type, by what is written: the compiler has nothing to say
/// of it.
fn is_right(ty: &Type, value: &Expr) -> bool {
    let (Type::Path(path), Expr::Lit(ExprLit { lit, .. })) = (ty, value) else {
        return false;
    };
    let Some(ty) = path.path.get_ident() else {
        return false;
    };
    match lit {
        Lit::Bool(_) => ty == "bool",
        Lit::Float(number) if number.suffix().is_empty() => ty == "f64" || ty == "f32",
        Lit::Int(number) if number.suffix().is_empty() => {
            number
                .base10_parse::<u64>()
                .is_ok_and(|number| match ty.to_string().as_str() {
                    "u8" => u8::try_from(number).is_ok(),
                    "i8" => i8::try_from(number).is_ok(),
                    "u16" => u16::try_from(number).is_ok(),
                    "i16" => i16::try_from(number).is_ok(),
                    "u32" | "usize" => u32::try_from(number).is_ok(),
                    "i32" | "isize" => i32::try_from(number).is_ok(),
                    "u64" => true,
                    "i64" => i64::try_from(number).is_ok(),
                    _ => false,
                })
        }
        _ => false,
    }
}
