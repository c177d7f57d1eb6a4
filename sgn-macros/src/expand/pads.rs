//! The two ends of an element's pads: its ports and the user's handle.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::{GenericParam, Generics, Ident, LitStr, Type, parse_quote};

use crate::item::pad_method::Access;
use crate::item::types::{argument_of, has_function};
use crate::paths::short_at;
use crate::role::Direction;

/// One pad, or all pads of one direction that are named at construction.
pub(crate) struct Pad {
    pub(crate) direction: Direction,
    pub(crate) name: LitStr,
    /// The field of the handle.
    pub(crate) field: Ident,
    /// A type whose projection is the payload; see [`Pad::payload`].
    pub(crate) carrier: Carrier,
    pub(crate) access: Access,
    pub(crate) dynamic: bool,
}

/// Where the payload type comes from.
pub(crate) enum Carrier {
    /// The payload itself.
    Payload(Type),
    /// The frame that a method takes.
    Frame(Type),
    /// What a method that gives frames returns.
    Return(Type),
}

impl Pad {
    /// The payload type, spanned so that a type that is no frame is reported where the user wrote it.
    fn payload(&self) -> TokenStream {
        match &self.carrier {
            Carrier::Payload(ty) => ty.to_token_stream(),
            Carrier::Frame(ty) => {
                let private = short_at(span_of(ty));
                quote_spanned!(span_of(ty)=> <#ty as #private::IsFrame>::Payload)
            }
            Carrier::Return(ty) => {
                let private = short_at(span_of(ty));
                quote_spanned!(span_of(ty)=> <#ty as #private::IntoFrame>::Payload)
            }
        }
    }

    /// The payload as the user wrote it, if it is written between the brackets of `Frame`.
    fn plain_payload(&self) -> TokenStream {
        match &self.carrier {
            Carrier::Frame(ty) | Carrier::Return(ty) => match argument_of(ty, "Frame") {
                Some(payload) => payload.to_token_stream(),
                None => self.payload(),
            },
            Carrier::Payload(_) => self.payload(),
        }
    }

    /// Whether the payload has the type of a function in it: the `for<'a>` of one would bind the lifetimes of the whole
    /// predicate, which says something else.
    fn has_function(&self) -> bool {
        match &self.carrier {
            Carrier::Payload(ty) | Carrier::Frame(ty) | Carrier::Return(ty) => has_function(ty),
        }
    }

    /// Where the user wrote the type.
    fn span(&self) -> Span {
        match &self.carrier {
            Carrier::Payload(ty) | Carrier::Frame(ty) | Carrier::Return(ty) => span_of(ty),
        }
    }

    /// The word that the names of the types about this pad start with.
    const fn kind(&self) -> &'static str {
        match (self.direction, self.dynamic) {
            (Direction::Source, false) => "Source",
            (Direction::Sink, false) => "Sink",
            (Direction::Source, true) => "Source*",
            (Direction::Sink, true) => "Sink*",
        }
    }

    fn type_of(&self, word: &str) -> TokenStream {
        let name = match self.kind().strip_suffix('*') {
            Some(direction) => format!("{direction}{word}s"),
            None => format!("{}{word}", self.kind()),
        };
        let span = self.span();
        let (ident, payload) = (Ident::new(&name, span), self.payload());
        let private = short_at(span);
        quote_spanned!(span=> #private::#ident<#payload>)
    }
}

/// Where the user's tokens start.
///
/// Not `resolved_at` the attribute: a type that mixes tokens of both kinds is reported on the attribute. What `self` and
/// variables are called must come from tokens without this span.
pub(crate) fn span_of(tokens: &impl syn::spanned::Spanned) -> Span {
    tokens.span()
}

/// The element that the pads belong to.
pub(crate) struct Owner<'a> {
    pub(crate) self_ty: &'a Type,
    pub(crate) name: String,
    pub(crate) generics: &'a Generics,
    pub(crate) private: Ident,
    pub(crate) pads: &'a [Pad],
}

impl Owner<'_> {
    fn pads(&self, direction: Direction) -> impl DoubleEndedIterator<Item = &Pad> {
        self.pads
            .iter()
            .filter(move |pad| pad.direction == direction)
    }

    /// The element's parameters, and that its payloads are payloads.
    ///
    /// The bound is written even where it holds of itself or cannot hold: so a type that is no payload is told once, in
    /// the bound, and nothing that follows from it is told at all.
    pub(crate) fn bounded(&self) -> TokenStream {
        let where_clause = self.generics.where_clause.as_ref();
        let own = where_clause.map(|clause| clause.predicates.iter());
        let own = own.into_iter().flatten();
        let mut bounds = self
            .pads
            .iter()
            .filter(|pad| !pad.has_function())
            .map(|pad| {
                let (payload, span) = (pad.plain_payload(), pad.span());
                let private = short_at(span);
                let bound = quote_spanned!(span=> : #private::Payload);
                quote!(#payload #bound)
            })
            .peekable();
        if where_clause.is_none() && bounds.peek().is_none() {
            return TokenStream::new();
        }
        quote!(where #(#own,)* #(#bounds,)*)
    }

    /// The list of ports, made from its end, sink pads first and source pads after them.
    pub(crate) fn ports(&self) -> TokenStream {
        let private = &self.private;
        let sources = self.pads(Direction::Source).rev();
        let pads = sources.chain(self.pads(Direction::Sink).rev());
        let ports = pads.map(|pad| port(pad, private));
        quote!(#private::PortList::none() #(.#ports)*)
    }

    /// The struct of the handle, which the user links with.
    ///
    /// It has the element's type as a parameter: the handle is public, for the sake of public elements, and its
    /// association with a private element is private only if that is named among its parameters.
    pub(crate) fn handle(&self) -> TokenStream {
        let Self { name, private, .. } = self;
        let mut generics = self.generics.clone();
        generics.params.push(parse_quote!(__SgnElement));
        let types = self
            .generics
            .type_params()
            .map(|parameter| &parameter.ident);
        let (parameters, _, where_clause) = self.generics.split_for_impl();
        let bounded_where = self.bounded();
        let (self_ty, handle) = (self.self_ty, self.handle_type());
        let fields = self.pads.iter().map(|pad| {
            let (field, ty) = (&pad.field, pad.type_of("Pad"));
            let doc = match (pad.direction, pad.dynamic) {
                (Direction::Source, false) => format!(" The source pad `{}`.", pad.name.value()),
                (Direction::Sink, false) => format!(" The sink pad `{}`.", pad.name.value()),
                (Direction::Source, true) => {
                    String::from(" The source pads that were named at construction.")
                }
                (Direction::Sink, true) => {
                    String::from(" The sink pads that were named at construction.")
                }
            };
            quote!(#[doc = #doc] pub #field: #ty)
        });
        let clones = self.pads.iter().map(|pad| {
            let field = &pad.field;
            if pad.dynamic {
                quote!(#field: ::core::clone::Clone::clone(&self.#field))
            } else {
                quote!(#field: self.#field)
            }
        });
        let (doc, debug) = (format!(" The pads of a `{name}`."), format!("{name}Handle"));
        let element = if self.generics.type_params().next().is_none() {
            quote!(__SgnElement)
        } else {
            quote!((__SgnElement, #(#types,)*))
        };
        quote! {
            #[doc = #doc]
            pub struct __SgnHandle #generics #where_clause {
                #(#fields,)*
                __sgn_of: #private::Of<#element>,
            }

            impl #parameters #private::Handle for #handle #bounded_where {
                type Element = #self_ty;

                #[inline]
                fn id(&self) -> #private::ElementId {
                    self.__sgn_of.id
                }
            }

            impl #parameters #private::Clone for #handle #where_clause {
                #[inline]
                fn clone(&self) -> Self {
                    Self {
                        #(#clones,)*
                        __sgn_of: self.__sgn_of,
                    }
                }
            }

            impl #parameters #private::Debug for #handle #where_clause {
                #[inline]
                fn fmt(&self, __sgn_formatter: &mut #private::Formatter<'_>) -> #private::FormatResult {
                    #private::debug_handle(__sgn_formatter, #debug, self.__sgn_of.id)
                }
            }
        }
    }

    /// The handle's type with its arguments.
    pub(crate) fn handle_type(&self) -> TokenStream {
        let self_ty = self.self_ty;
        let own = self
            .generics
            .params
            .iter()
            .map(|parameter| match parameter {
                GenericParam::Type(parameter) => parameter.ident.to_token_stream(),
                GenericParam::Const(parameter) => parameter.ident.to_token_stream(),
                GenericParam::Lifetime(parameter) => parameter.lifetime.to_token_stream(),
            });
        quote!(__SgnHandle<#(#own,)* #self_ty>)
    }

    /// The function of `Element` that makes the handle.
    pub(crate) fn constructor(&self) -> TokenStream {
        let private = &self.private;
        let handle = self.pads.iter().map(|pad| {
            let (field, name) = (&pad.field, &pad.name);
            let value = match (pad.direction, pad.dynamic) {
                (Direction::Source, false) => quote!(__sgn_parts.source(#name)),
                (Direction::Sink, false) => quote!(__sgn_parts.sink(#name)),
                (Direction::Source, true) => quote!(__sgn_parts.dynamic_sources()),
                (Direction::Sink, true) => quote!(__sgn_parts.dynamic_sinks()),
            };
            quote!(#field: #value)
        });
        quote! {
            #[inline]
            fn handle(__sgn_parts: &#private::HandleParts) -> Self::Handle {
                __SgnHandle {
                    #(#handle,)*
                    __sgn_of: __sgn_parts.of(),
                }
            }
        }
    }
}

/// How the element wants the frames of a pad.
pub(crate) fn access(pad: &Pad, private: &Ident) -> TokenStream {
    match pad.access {
        Access::Owned => quote!(#private::Access::Owned),
        Access::Shared => quote!(#private::Access::Shared),
    }
}

/// The call that puts the port of `pad` before those after it.
fn port(pad: &Pad, private: &Ident) -> TokenStream {
    let (name, payload) = (&pad.name, pad.payload());
    let clone = quote!(#private::Probe::<#payload>::__SGN_CLONE);
    let access = access(pad, private);
    match (pad.direction, pad.dynamic) {
        (Direction::Source, false) => quote!(source(#name, #clone)),
        (Direction::Source, true) => quote!(sources(#clone)),
        (Direction::Sink, false) => quote!(sink(#name, #access, #clone)),
        (Direction::Sink, true) => quote!(sinks(#access, #clone)),
    }
}
