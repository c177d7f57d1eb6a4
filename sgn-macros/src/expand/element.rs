//! The `Element` impl, from pads and the body of one stride.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Generics, Ident, Type};

use super::pads::{Owner, Pad, span_of};
use super::{local, quiet, register};
use crate::args::{EndOfStream, Options};
use crate::lines::place;
use crate::paths::at;
use crate::role::Direction;

/// What an element is made of, whichever item the user wrote.
pub(crate) struct ElementParts<'a> {
    pub(crate) self_ty: &'a Type,
    pub(crate) name: String,
    pub(crate) generics: &'a Generics,
    pub(crate) pads: Vec<Pad>,
    /// The statements of one stride; they may use the locals `element` and `step`, and each makes the `step` of the
    /// pads after it.
    pub(crate) stride: TokenStream,
    /// Further functions of `Element`: `on_startup`, `on_build`, `eos_error`.
    pub(crate) callbacks: TokenStream,
    /// The item has mistakes that are reported beside it: it gets its shape and is not registered.
    pub(crate) broken: bool,
}

/// The handle and the `Element` impl.
pub(crate) fn element(parts: &ElementParts<'_>, options: &Options) -> TokenStream {
    let ElementParts {
        self_ty,
        name,
        generics,
        pads,
        stride,
        callbacks,
        broken,
    } = parts;
    let private = &options.paths.private();
    let owner = Owner {
        self_ty,
        name: name.clone(),
        generics,
        private: private.clone(),
        pads,
    };
    let (handle, handle_type, constructor) =
        (owner.handle(), owner.handle_type(), owner.constructor());
    let (parameters, _, where_clause) = generics.split_for_impl();
    let bounded = owner.bounded();
    let (_, _, bounded_where) = bounded.split_for_impl();
    let role = Ident::new(options.role.variant(), Span::call_site());
    let dynamic = |direction| {
        pads.iter()
            .any(|pad| pad.dynamic && pad.direction == direction)
    };
    let (dynamic_sources, dynamic_sinks) = (dynamic(Direction::Source), dynamic(Direction::Sink));
    let eos = match options.eos {
        Some((EndOfStream::All, _)) => quote!(All),
        Some((EndOfStream::Any | EndOfStream::Manual, _)) | None => quote!(Any),
    };
    let ends_by_itself = matches!(options.eos, Some((EndOfStream::Manual, _))).then(|| {
        quote!(
            const ENDS_BY_ITSELF: bool = true;
        )
    });
    let quiet = quiet();
    let marker = |trait_: &str| {
        let trait_ = Ident::new(trait_, Span::call_site());
        quote!(#quiet impl #parameters #private::#trait_ for #self_ty #where_clause {})
    };
    let source_marker = dynamic_sources.then(|| marker("DynamicSourcePads"));
    let sink_marker = dynamic_sinks.then(|| marker("DynamicSinkPads"));
    let rules = options.rules.tokens(private);
    let place = place(name, private);
    let into_new = if *broken {
        quote!(::core::unreachable!())
    } else {
        let span = span_of(self_ty);
        let state = at(span, quote!(#private::State));
        let (list, ports) = (owner.ports(), local("ports"));
        let (element, step) = (local("element"), local("step"));
        let arguments = quote! {
            (self, __sgn_settings, #ports, |#element, #step| {
                #stride
                ::core::result::Result::Ok(())
            })
        };
        let call = quote_spanned!(span=> <#self_ty as #state>::into_new #arguments);
        quote!(#list #call)
    };
    let entry = if *broken {
        register::unregistered(parts, options)
    } else {
        register::impl_entry(parts, options)
    };
    quote! {
        #handle

        #quiet
        impl #parameters #private::Element for #self_ty #bounded_where {
            const ROLE: #private::Role = #private::Role::#role;
            const TYPE_NAME: &'static ::core::primitive::str = #name;
            const DYNAMIC_SOURCES: ::core::primitive::bool = #dynamic_sources;
            const DYNAMIC_SINKS: ::core::primitive::bool = #dynamic_sinks;
            const EOS: #private::EosPolicy = #private::EosPolicy::#eos;
            #ends_by_itself
            const PAD_RULES: #private::PadRules = #rules;
            const PLACE: #private::CodePlace = #place;
            type Handle = #handle_type;

            #constructor

            fn into_new(self, __sgn_settings: #private::Settings) -> #private::Result<#private::NewElement> {
                #into_new
            }

            #callbacks
        }

        #quiet
        impl #parameters #private::ImplHalf for #self_ty #where_clause {}

        #source_marker
        #sink_marker

        #entry
    }
}
