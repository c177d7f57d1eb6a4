//! The `Element` impl, from pads and the body of one stride.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::Ident;

use super::element_parts::ElementParts;
use super::pads::{Owner, span_of};
use super::register;
use super::variables::local;
use crate::args::{EndOfStream, Options};
use crate::lines::place;
use crate::paths::{at, short};
use crate::role::Direction;

/// The handle and the `Element` impl.
pub(crate) fn element(parts: &ElementParts<'_>, options: &Options) -> TokenStream {
    let ElementParts {
        self_ty,
        name,
        generics,
        pads,
        stride,
        callbacks,
        has_fields,
        is_half,
        broken,
    } = parts;
    let private = &short();
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
    let bounded_where = owner.bounded();
    let role = Ident::new(options.role.variant(), Span::call_site());
    let dynamic = |direction| {
        pads.iter()
            .any(|pad| pad.dynamic && pad.direction == direction)
    };
    let (dynamic_sources, dynamic_sinks) = (dynamic(Direction::Source), dynamic(Direction::Sink));
    // What the trait says of most elements is not said again.
    let eos = match options.eos {
        Some((EndOfStream::All, _)) => {
            Some(quote!(const EOS: #private::EosPolicy = #private::EosPolicy::All;))
        }
        Some((EndOfStream::Manual, _)) => Some(quote!(
            const ENDS_BY_ITSELF: ::core::primitive::bool = true;
        )),
        Some((EndOfStream::Any, _)) | None => None,
    };
    let marked = |trait_: &str, constant: &str| {
        let [trait_, constant] = [trait_, constant].map(|name| Ident::new(name, Span::call_site()));
        (
            quote!(impl #parameters #private::#trait_ for #self_ty #where_clause {}),
            quote!(const #constant: ::core::primitive::bool = true;),
        )
    };
    let (source_marker, source_constant) = dynamic_sources
        .then(|| marked("DynamicSourcePads", "DYNAMIC_SOURCES"))
        .unzip();
    let (sink_marker, sink_constant) = dynamic_sinks
        .then(|| marked("DynamicSinkPads", "DYNAMIC_SINKS"))
        .unzip();
    let rules = options.rules.tokens(private);
    let rules = rules.map(|rules| quote!(const PAD_RULES: #private::PadRules = #rules;));
    let budget = options.budget.tokens(private);
    let budget = budget.map(|budget| quote!(const BUDGET: #private::Budget = #budget;));
    let place = place(name, private);
    let fields = if *has_fields {
        quote!(<#self_ty as #private::HasStructHalf<#private::role::#role>>::FIELDS)
    } else {
        quote!(#private::None)
    };
    let into_new = if *broken {
        quote!(::core::unreachable!())
    } else {
        let span = span_of(self_ty);
        let send_element = at(span, quote!(#private::SendElement));
        let ports = owner.ports();
        let (element, step) = (local("element"), local("step"));
        let arguments = quote! {
            (self, __sgn_settings, #ports, |#element, #step| {
                #stride
            })
        };
        quote_spanned!(span=> <#self_ty as #send_element>::into_new #arguments)
    };
    let half =
        is_half.then(|| quote!(impl #parameters #private::ImplHalf for #self_ty #where_clause {}));
    let entry = (!broken).then(|| register::impl_entry(parts, options));
    // Imported once for all that asks with their help: the compiler takes its time over macros and imports.
    let probes = (!*broken).then(|| quote!(use #private::probe_traits::*;));
    quote! {
        #probes

        #handle

        impl #parameters #private::Element for #self_ty #bounded_where {
            const FACTS: #private::FactsOf<Self> = (#private::Role::#role, #place, #fields);
            #source_constant
            #sink_constant
            #eos
            #rules
            #budget
            type Handle = #handle_type;

            #constructor

            fn into_new(self, __sgn_settings: &mut #private::Settings) -> #private::Result<#private::NewElement> {
                #into_new
            }

            #callbacks
        }

        #half
        #source_marker
        #sink_marker

        #entry
    }
}
