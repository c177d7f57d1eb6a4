//! The registry entries: the impl half submits what both halves know; each half of a generic element submits its own.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::{Ident, Type};

use super::element_parts::ElementParts;
use super::pads::{Carrier, Pad, access};
use crate::args::Options;
use crate::item::attributes::doc_lines;
use crate::item::struct_half::{Field, FieldKind, Initial, Property, StructHalf};
use crate::item::types::argument_of;
use crate::lines::place;
use crate::paths::{at, short};
use crate::role::Direction;
use crate::text::{text_of, unraw};

/// The entry of the struct half, all but the pads: a constant that the impl half submits, or a submission of its own if
/// the element is generic, as there is no one type then that the impl half could ask.
pub(crate) enum StructEntry {
    Constant(TokenStream),
    Submission(TokenStream),
}

/// The entry of the struct half.
pub(crate) fn struct_entry(half: &StructHalf, options: &Options) -> StructEntry {
    let private = short();
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
    let location = at(ident.span(), quote!(#private::location!()));
    let entry = quote! {
        #private::StructEntry::new(
            #name,
            #private::Role::#role,
            #docs,
            #location,
            &[#(#properties),*],
            #generics,
        )
    };
    if is_generic {
        StructEntry::Submission(quote!(#private::inventory::submit! { #entry }))
    } else {
        StructEntry::Constant(quote! {
            const ENTRY: #private::Half = #private::Some(&#entry);
        })
    }
}

fn property_entry(
    field: &Field,
    property: &Property,
    is_generic: bool,
    private: &Ident,
) -> TokenStream {
    let ty = &field.ty;
    let (name, type_name) = (unraw(&field.ident), text_of(ty));
    let default = match &property.initial {
        Initial::Required => None,
        Initial::Default => Some(String::from("Default::default()")),
        Initial::Value(value) => Some(text_of(value)),
    };
    let range = property.range.as_ref().map(text_of);
    let (default, range) = (optional(default, private), optional(range, private));
    let docs = text_of_docs(&field.docs);
    let readable = match is_generic {
        true => quote!(false),
        false => read_by("is_readable", ty, private),
    };
    quote!(#private::Property::new(#name, #type_name, #docs, #default, #range, #readable))
}

/// Calls a function of the library with the two answers to how a value of the type is read from text.
///
/// The traits that give one of them are imported in the block.
pub(crate) fn read_by(function: &str, ty: &Type, private: &Ident) -> TokenStream {
    let function = Ident::new(function, Span::call_site());
    quote! {
        #private::#function(
            #private::ReadProbe::<#ty>::__SGN_PARSE,
            #private::ReadProbe::<#ty>::__SGN_TEXT,
        )
    }
}

fn optional(text: Option<String>, private: &Ident) -> TokenStream {
    match text {
        Some(text) => quote!(#private::Some(#text)),
        None => quote!(#private::None),
    }
}

/// The entry of the impl half, which has the pads and can make the element; it asks for the struct half.
pub(crate) fn impl_entry(parts: &ElementParts<'_>, options: &Options) -> TokenStream {
    let private = short();
    let ElementParts {
        self_ty,
        name,
        generics,
        pads,
        ..
    } = parts;
    let is_generic = !generics.params.is_empty();
    let pads = pads.iter().map(|pad| pad_entry(pad, &private));
    let rules = options.rules.tokens(&private);
    let rules = rules.unwrap_or_else(|| quote!(#private::PadRules::NONE));
    if is_generic {
        let place = place(name, &private);
        return quote! {
            #private::inventory::submit! {
                #private::ImplEntry::generic(#place, &[#(#pads),*], #rules)
            }
        };
    }
    let role = Ident::new(options.role.variant(), Span::call_site());
    quote! {
        #private::inventory::submit! {
            #private::ElementEntry::new(
                #private::StructProbe::<#self_ty, #private::role::#role>::__SGN_HALF,
                &[#(#pads),*],
                #rules,
            )
        }
    }
}

fn pad_entry(pad: &Pad, private: &Ident) -> TokenStream {
    let payload = text_of(payload(&pad.carrier));
    let name = if pad.dynamic {
        unraw(&pad.field)
    } else {
        pad.name.value()
    };
    let made = match pad.direction {
        Direction::Source => quote!(source(#name, #payload)),
        Direction::Sink => {
            let access = access(pad, private);
            quote!(sink(#name, #payload, #access))
        }
    };
    let dynamic = pad.dynamic.then(|| quote!(.dynamic()));
    quote!(#private::PadInfo::#made #dynamic)
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
