//! The registry entries: each half submits what it knows, and the registry joins them.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Ident, Type};

use super::element::ElementParts;
use super::pads::{Carrier, Pad};
use crate::args::Options;
use crate::item::attributes::doc_lines;
use crate::item::impl_half::unraw;
use crate::item::pad_method::Intake;
use crate::item::struct_half::{Field, FieldKind, Initial, Property, StructHalf};
use crate::item::types::argument_of;
use crate::role::Direction;
use crate::text::text_of;

/// The entry of the struct half: all but the pads.
pub(crate) fn struct_entry(half: &StructHalf, options: &Options) -> TokenStream {
    let private = options.paths.private();
    let item = &half.item;
    let ident = &item.ident;
    let (name, docs) = (unraw(ident), text_of_docs(&doc_lines(&item.attrs)));
    let role = Ident::new(options.role.variant(), Span::call_site());
    let is_generic = !item.generics.params.is_empty();
    let generics = if is_generic {
        format!("<{}>", text_of(&item.generics.params))
    } else {
        String::new()
    };
    let properties = half.fields.iter().filter_map(|field| match &field.kind {
        FieldKind::Property(property) => {
            Some(property_entry(field, property, is_generic, &private))
        }
        FieldKind::State(_) => None,
    });
    let type_id = type_id((!is_generic).then(|| quote!(#ident)));
    let place = quote_spanned! {ident.span()=>
        file: ::core::file!(),
        line: ::core::line!(),
        column: ::core::column!(),
    };
    quote! {
        #private::inventory::submit! {
            #private::registry::StructEntry {
                name: #name,
                role: #private::Role::#role,
                docs: #docs,
                module: ::core::module_path!(),
                #place
                generics: #generics,
                type_id: #type_id,
                properties: &[#(#properties),*],
            }
        }
    }
}

fn property_entry(
    field: &Field,
    property: &Property,
    is_generic: bool,
    private: &TokenStream,
) -> TokenStream {
    let ty = &field.ty;
    let (name, type_name) = (unraw(&field.ident), text_of(ty));
    let default = optional(match &property.initial {
        Initial::Required => None,
        Initial::Default => Some(String::from("Default::default()")),
        Initial::Value(value) => Some(text_of(value)),
    });
    let range = optional(property.range.as_ref().map(text_of));
    let docs = text_of_docs(&field.docs);
    let readable = if is_generic {
        quote!(::core::option::Option::None)
    } else {
        quote!(::core::option::Option::Some(|| {
            ::core::option::Option::is_some(&#private::registry::read_function!(#ty))
        }))
    };
    quote! {
        #private::registry::Property::new(#name, #type_name, #default, #range, #docs, #readable)
    }
}

/// The entry of the impl half, which has the pads and can make the element; it asks for the struct half.
pub(crate) fn impl_entry(parts: &ElementParts<'_>, options: &Options) -> TokenStream {
    let private = options.paths.private();
    let ElementParts {
        self_ty,
        name,
        generics,
        pads,
        ..
    } = parts;
    let role = Ident::new(options.role.variant(), Span::call_site());
    let struct_half = quote! {
        <#self_ty as #private::HasStructHalf<#private::role::#role>>::FROM_PROPERTIES
    };
    let is_generic = !generics.params.is_empty();
    let meeting = is_generic.then(|| halves_meet(parts, &struct_half));
    let type_id = type_id((!is_generic).then(|| quote!(#self_ty)));
    let pads = pads.iter().map(|pad| pad_entry(pad, &private));
    let rules = options.rules.tokens(&private);
    let construct = if is_generic {
        quote!(::core::option::Option::None)
    } else {
        quote!(::core::option::Option::Some(|__sgn_settings, __sgn_properties| {
            #private::registry::construct_element!(#self_ty, __sgn_settings, __sgn_properties, #struct_half)
        }))
    };
    quote! {
        #meeting

        #private::inventory::submit! {
            #private::registry::ImplEntry {
                name: #name,
                module: ::core::module_path!(),
                type_id: #type_id,
                pads: &[#(#pads),*],
                rules: #rules,
                construct: #construct,
            }
        }
    }
}

/// A function that is never called: it asks for the struct half of a generic element, or of a broken one.
pub(crate) fn unregistered(parts: &ElementParts<'_>, options: &Options) -> TokenStream {
    let private = options.paths.private();
    let self_ty = parts.self_ty;
    let role = Ident::new(options.role.variant(), Span::call_site());
    let struct_half = quote! {
        <#self_ty as #private::HasStructHalf<#private::role::#role>>::FROM_PROPERTIES
    };
    halves_meet(parts, &struct_half)
}

fn halves_meet(parts: &ElementParts<'_>, struct_half: &TokenStream) -> TokenStream {
    let (generics, quiet) = (parts.generics, super::quiet());
    let where_clause = &generics.where_clause;
    quote! {
        #quiet
        const fn __sgn_halves_meet #generics() #where_clause {
            let _ = #struct_half;
        }
    }
}

fn pad_entry(pad: &Pad, private: &TokenStream) -> TokenStream {
    let payload = text_of(payload(&pad.carrier));
    let name = if pad.dynamic {
        unraw(&pad.field)
    } else {
        pad.name.value()
    };
    let direction = match pad.direction {
        Direction::Source => quote!(Source),
        Direction::Sink => quote!(Sink),
    };
    let intake = match pad.intake {
        Intake::Take => quote!(Take),
        Intake::Borrow => quote!(Borrow),
    };
    let dynamic = pad.dynamic;
    quote! {
        #private::registry::PadInfo::new(
            #name,
            #private::Direction::#direction,
            #payload,
            #dynamic,
            #private::Intake::#intake,
        )
    }
}

/// What the user wrote between the angle brackets of the frame.
fn payload(carrier: &Carrier) -> &Type {
    match carrier {
        Carrier::Payload(ty) => ty,
        Carrier::Frame(ty) | Carrier::Return(ty) => {
            let mut inner = ty;
            while let Some(next) =
                argument_of(inner, "Result").or_else(|| argument_of(inner, "Option"))
            {
                inner = next;
            }
            argument_of(inner, "Frame").unwrap_or(inner)
        }
    }
}

fn type_id(ty: Option<TokenStream>) -> TokenStream {
    match ty {
        Some(ty) => quote!(::core::option::Option::Some(::core::any::TypeId::of::<#ty>)),
        None => quote!(::core::option::Option::None),
    }
}

fn optional(text: Option<String>) -> TokenStream {
    match text {
        Some(text) => quote!(::core::option::Option::Some(#text)),
        None => quote!(::core::option::Option::None),
    }
}

/// The doc comment as one text, without the blank after each `///`.
fn text_of_docs(lines: &[String]) -> String {
    let lines: Vec<&str> = lines
        .iter()
        .map(|line| line.strip_prefix(' ').unwrap_or(line).trim_end())
        .collect();
    lines.join("\n").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_payload_is_what_the_frame_carries() {
        for (ty, expected) in [
            ("Frame<Vec<f32>>", "Vec<f32>"),
            ("Result<Option<sgn::Frame<u8>>, Error>", "u8"),
            ("Strain", "Strain"),
        ] {
            let carrier = Carrier::Return(syn::parse_str(ty).expect("the sample is a type"));
            assert_eq!(text_of(payload(&carrier)), expected);
        }
    }

    #[test]
    fn docs_lose_their_first_blank_only() {
        let lines = [" One.", "", "   indented "].map(String::from);
        assert_eq!(text_of_docs(&lines), "One.\n\n  indented");
    }
}
